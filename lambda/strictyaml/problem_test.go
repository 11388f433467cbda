package strictyaml_test

import "testing"

func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, input, want string }{
		{"nothing", "jobs: []", ""},

		// The file as a whole.
		{"empty file", "", "f.yaml: is empty"},
		{"only a comment", "# later\n", "f.yaml: is empty"},
		{"only a document mark", "---\n", "f.yaml: is empty"},
		{"one word", "jobs", "f.yaml:1:1: is a text; write keys and values"},
		{"a list", "- jobs", "f.yaml:1:1: is a list; write keys and values"},
		{"two documents", "jobs: []\n---\njobs: []\n", "f.yaml:3:1: holds several YAML documents; write one, without ---"},
		{"one document with marks", "---\njobs: []\n...\n", ""},
		{"directive", "%YAML 1.2\n---\njobs: []\n", "f.yaml:1:1: starts with %, which YAML takes as a directive; leave that line out"},
		{"Latin-1", "jobs: []\ntitle: caf\xe9\n", "f.yaml:2:11: is not UTF-8 text; save the file as UTF-8"},
		{"UTF-16", "\xff\xfej\x00", "f.yaml:1:1: is not UTF-8 text; save the file as UTF-8"},
		{"byte order mark", "\ufeffjobs: []\n", ""},
		{"NUL", "title: a\x00b\njobs: []", "f.yaml:1:9: holds the control character U+0000; delete it"},
		{"lone carriage return", "title: a\rjobs: []", "f.yaml:1:9: holds the control character U+000D; delete it"},
		{"Windows line ends", "title: a\r\njobs: []\r\n", ""},

		// Keys.
		{"unknown key", "jobs: []\ntitel: x", "f.yaml:2:1: titel: unknown key; write one of title, note, size, protect, network, jobs, buckets, anything; did you mean title?"},
		{"unknown key of an element", "jobs:\n  - name: a\n    nmae: b", "f.yaml:3:5: jobs[0].nmae: unknown key; write one of name, cases, window, tags; did you mean name?"},
		{"field without a key", "jobs: [{name: a, Read: true}]", "f.yaml:1:18: jobs[0].Read: unknown key; write one of name, cases, window, tags"},
		{"missing key", "title: x", "f.yaml:1:1: jobs: is missing; write jobs: [{name: daily}]"},
		{"missing keys of an element", "jobs:\n  - tags: []\n    window: {}",
			"f.yaml:2:5: jobs[0].name: is missing; write name: daily\n" +
				"f.yaml:3:5: jobs[0].window.span: is missing; write span: previous-day\n" +
				"f.yaml:3:5: jobs[0].window.column: is missing; write column: …"},
		{"key written twice", "title: a\njobs: []\ntitle: b\n", "f.yaml:3:1: title: is written twice, first in line 1; keep one"},
		{"key written twice, once in quotes", "jobs: []\nanything: {a: x, 'a': y}\n", "f.yaml:2:18: anything.a: is written twice, first in line 2; keep one"},
		{"merge key", "jobs:\n  - <<: {name: a}\n    extra: b\n",
			"f.yaml:2:5: jobs[0]: merge keys (<<) are not supported; write the keys out\n" +
				"f.yaml:3:5: jobs[0].extra: unknown key; write one of name, cases, window, tags"},
		{"key with an anchor", "jobs: []\n&a title: x", "f.yaml:2:1: a key that starts with ?, &, * or ! is not supported; write a plain key"},
		{"key with a tag", "jobs: []\n!a title: x", "f.yaml:2:1: a key that starts with ?, &, * or ! is not supported; write a plain key"},
		{"question mark key", "jobs: []\n? title\n: x", "f.yaml:2:1: a key that starts with ?, &, * or ! is not supported; write a plain key"},
		{"question mark key of a map", "jobs: []\nanything:\n  ? a\n  : x", "f.yaml:3:3: anything: a key that starts with ?, &, * or ! is not supported; write a plain key"},

		// Types.
		{"number as text", "jobs: []\ntitle: 111122223333", `f.yaml:2:8: title: is a number; put it in quotes: "111122223333"`},
		{"octal number as text", "jobs: []\ntitle: 012", `f.yaml:2:8: title: is a number; put it in quotes: "012"`},
		{"fraction as text", "jobs: []\ntitle: 1.50", `f.yaml:2:8: title: is a number; put it in quotes: "1.50"`},
		{"number of YAML 1.2 as text", "jobs: []\ntitle: 1e3", "f.yaml:2:8: title: other readers of YAML take 1e3 as a number; put it in quotes"},
		{"such digits as the word of a mapping", "jobs: []\nnetwork: 0912", "f.yaml:2:10: network: other readers of YAML take 0912 as a number; put it in quotes"},
		{"digits that are no octal number", "jobs: []\ntitle: 012345678901", "f.yaml:2:8: title: other readers of YAML take 012345678901 as a number; put it in quotes"},
		{"number in quotes as text", "jobs: []\ntitle: '1e3'", ""},
		{"infinity as text", "jobs: []\ntitle: .inf", `f.yaml:2:8: title: is a number; put it in quotes: ".inf"`},
		{"boolean as text", "jobs: []\ntitle: true", `f.yaml:2:8: title: is a boolean; put it in quotes: "true"`},
		{"list as text", "jobs: []\ntitle: [a]", "f.yaml:2:1: title: is a list; write a text, in quotes if it starts with { or ["},
		{"mapping as text", "jobs: []\ntitle: {a: b}", "f.yaml:2:1: title: is a mapping; write a text, in quotes if it starts with { or ["},
		{"block mapping as text", "jobs: []\ntitle:\n  a: b", "f.yaml:2:1: title: is a mapping; write a text, in quotes if it starts with { or ["},
		{"text as number", "jobs: []\nsize: big", "f.yaml:2:7: size: is a text; write a whole number, without quotes"},
		{"quoted number", "jobs: []\nsize: '3'", "f.yaml:2:7: size: is a text; write a whole number, without quotes"},
		{"fraction as number", "jobs: []\nsize: 3.0", "f.yaml:2:7: size: is a number; write a whole number, without quotes"},
		{"octal number", "jobs: []\nsize: 010", "f.yaml:2:7: size: YAML takes 010 as 8; write plain decimal digits"},
		{"hexadecimal number", "jobs: []\nsize: 0x10", "f.yaml:2:7: size: YAML takes 0x10 as 16; write plain decimal digits"},
		{"number with underscore", "jobs: []\nsize: 1_000", "f.yaml:2:7: size: YAML takes 1_000 as 1000; write plain decimal digits"},
		{"too large number", "jobs: []\nsize: 9999999999999999999", "f.yaml:2:7: size: is too large; write a smaller number"},
		{"word as boolean", "jobs: []\nprotect: yes", "f.yaml:2:10: protect: is a text; write true or false, without quotes"},
		{"number as boolean", "jobs: []\nprotect: 1", "f.yaml:2:10: protect: is a number; write true or false, without quotes"},
		{"text as list", "jobs: all", "f.yaml:1:7: jobs: is a text; write a list"},
		{"mapping as list", "jobs: {name: a}", "f.yaml:1:1: jobs: is a mapping; write a list"},
		{"text as mapping", "jobs: [daily]", "f.yaml:1:8: jobs[0]: is a text; write keys and values"},
		{"list as map", "jobs: []\nbuckets: [a]", "f.yaml:2:1: buckets: is a list; write keys and values"},
		{"list as pointer", "jobs: [{name: a, window: []}]", "f.yaml:1:18: jobs[0].window: is a list; write keys and values"},
		{"wrong word for a mapping", "jobs: []\nnetwork: creat", "f.yaml:2:10: network: write create or an id"},
		{"number for a mapping", "jobs: []\nnetwork: 3", "f.yaml:2:10: network: is a number; write keys and values"},

		// Empty values.
		{"empty text", "jobs: []\ntitle:", "f.yaml:2:1: title: is empty; write a text, in quotes if it starts with # or holds a comma between { and }"},
		{"null text", "jobs: []\ntitle: ~", "f.yaml:2:1: title: is empty; write a text, in quotes if it starts with # or holds a comma between { and }"},
		{"empty quotes", "jobs: []\ntitle: ''", "f.yaml:2:8: title: is empty; write a text"},
		{"blanks in quotes", "jobs: []\ntitle: '  '", "f.yaml:2:8: title: is empty; write a text"},
		{"empty list", "jobs:", "f.yaml:1:1: jobs: is empty; write a list"},
		{"empty element", "jobs:\n  -\n  - name: a", "f.yaml:2:4: jobs[0]: is empty; write keys and values"},
		{"empty mapping", "jobs:\n  - name: a\n    window:\n", "f.yaml:3:5: jobs[0].window: is empty; write keys and values"},
		{"empty number", "jobs: []\nsize:", "f.yaml:2:1: size: is empty; write a whole number, without quotes"},
		{"empty boolean", "jobs: []\nprotect:", "f.yaml:2:1: protect: is empty; write true or false, without quotes"},

		// What YAML takes for something else.
		{"anchor", "jobs: []\ntitle: &a x", "f.yaml:2:8: title: starts with &, which YAML takes as an anchor; put the text in quotes"},
		{"alias", "jobs: []\ntitle: *a", "f.yaml:2:8: title: starts with *, which YAML takes as an alias; put the text in quotes"},
		{"tag", "jobs: []\ntitle: !a x", "f.yaml:2:8: title: starts with !, which YAML takes as a tag; put the text in quotes"},
		{"tag of YAML", "jobs: []\ntitle: !!str x", "f.yaml:2:8: title: starts with !, which YAML takes as a tag; put the text in quotes"},
		{"tag on a mapping", "jobs: []\nbuckets: !a\n  b: c\n", "f.yaml:2:10: buckets: starts with !, which YAML takes as a tag; put the text in quotes"},
		{"tag on the file", "!a\njobs: []\n", "f.yaml:1:1: starts with !, which YAML takes as a tag; put the text in quotes"},
		{"anchor and alias", "jobs: &a [{name: x}]\ntitle: *a\n",
			"f.yaml:1:7: jobs: starts with &, which YAML takes as an anchor; put the text in quotes\n" +
				"f.yaml:2:8: title: starts with *, which YAML takes as an alias; put the text in quotes"},

		// Syntax.
		{"tab", "jobs:\n\t- name: a", "f.yaml:2:1: is not YAML: found character '\t' that cannot start any token; a tab indents this line; indent with blanks"},
		{"unclosed quote", "jobs: []\ntitle: 'a", "f.yaml:2:8: is not YAML: could not find end character of single-quoted text; the closing ' is missing; a ' inside of '…' is written ''"},
		{"unclosed double quote", "jobs: []\ntitle: \"a", `f.yaml:2:8: is not YAML: could not find end character of double-quoted text; the closing " is missing; a " inside of "…" is written \"`},
		{"unknown escape", "jobs: []\ntitle: \"\\d\"", `f.yaml:2:10: is not YAML: found unknown escape character 'd'; inside of "…" a backslash is written \\; or write '…'`},
		{"colon", "jobs: []\ntitle: a: b", "f.yaml:2:8: is not YAML: mapping value is not allowed in this context; " + quoteIt},
		{"text behind quotes", "jobs: []\ntitle: 'a' = b", "f.yaml:2:12: is not YAML: value is not allowed in this context. map key-value is pre-defined; " + quoteIt},
		{"unclosed list", "jobs: [a\n", "f.yaml:1:7: is not YAML: sequence end token ']' not found; " + quoteIt},
		{"indented wrong", "jobs:\n  - name: a\n   tags: []\n", "f.yaml:3:4: is not YAML: value is not allowed in this context; " + quoteIt},
		{"reserved sign", "jobs: []\ntitle: @a", "f.yaml:2:8: is not YAML: '@' is a reserved character; " + quoteIt},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := problems(test.input); got != test.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", test.input, got, test.want)
			}
		})
	}
}

const quoteIt = "check the indentation, and put a text with : # { } [ ] , & * ! % @ or quotes in quotes as a whole"

func TestConditionsThatYAMLWouldChange(t *testing.T) {
	for _, test := range []struct{ name, cases, want string }{
		{"comment in a text", " {a: b}\n", ""},
		{"hash behind a blank", "\n      a: note = 'x #1'\n", `f.yaml:4:10: jobs[0].cases.a: YAML takes "#1'" as a comment; put the whole text in quotes`},
		{"hash on a second line", "\n      a: note = 'y' AND\n        note = 'x #1'\n", `f.yaml:4:10: jobs[0].cases.a: YAML takes "#1'" as a comment; put the whole text in quotes`},
		{"hash on the line below", "\n      a:\n        note = 'x #1'\n", `f.yaml:5:9: jobs[0].cases.a: YAML takes "#1'" as a comment; put the whole text in quotes`},
		{"hash in quotes", "\n      a: \"note = 'x #1'\"\n", ""},
		{"comment behind quotes", "\n      a: \"note = 'x #1'\" # fine\n      b: 'c' # fine\n", ""},
		{"comment behind a plain text", "\n      a: b # not fine\n", `f.yaml:4:10: jobs[0].cases.a: YAML takes "# not fine" as a comment; put the whole text in quotes`},
		{"comments on their own lines", "\n      # one\n      a: b\n      # two\n      c:\n        # three\n        d\n      # four\n", ""},
		{"comment in a block text", "\n      a: |\n        b # c\n", ""},
		{"comment behind a block header", "\n      a: > # c\n        b\n", ""},
		{"hash without a blank", "\n      a: b#c\n", ""},
		{"tag", "\n      big: !deleted\n      c: 3\n",
			"f.yaml:4:12: jobs[0].cases.big: starts with !, which YAML takes as a tag; put the text in quotes\n" +
				`f.yaml:5:10: jobs[0].cases.c: is a number; put it in quotes: "3"`},
		{"tag with a text", "\n      big: !deleted AND x\n", "f.yaml:4:12: jobs[0].cases.big: starts with !, which YAML takes as a tag; put the text in quotes"},
		{"negation in quotes", "\n      big: '!deleted'\n", ""},
		{"anchor alone", "\n      a: &b\n      c: 3\n",
			"f.yaml:4:10: jobs[0].cases.a: starts with &, which YAML takes as an anchor; put the text in quotes\n" +
				`f.yaml:5:10: jobs[0].cases.c: is a number; put it in quotes: "3"`},
		{"asterisk alone", "\n      a: *\n      c: 3\n",
			"f.yaml:4:10: jobs[0].cases.a: starts with *, which YAML takes as an alias; put the text in quotes\n" +
				`f.yaml:5:10: jobs[0].cases.c: is a number; put it in quotes: "3"`},
		{"tag before the end of the element", "\n      a: !b # c\n    tags: 3\n",
			"f.yaml:4:10: jobs[0].cases.a: starts with !, which YAML takes as a tag; put the text in quotes\n" +
				"f.yaml:5:11: jobs[0].tags: is a number; write a list"},
		{"cut at a comma", " {a: x IN (1, 2)}\n", "f.yaml:3:25: jobs[0].cases.2): is empty; write a text, in quotes if it starts with # or holds a comma between { and }"},
		{"cut at a comma between quotes", " {a: x IN ('b', 'c')}\n", "f.yaml:3:27: is not YAML: could not find flow map content; " + quoteIt},
		{"comma in quotes", " {a: 'x IN (1, 2)'}\n", ""},
		{"comma outside of braces", "\n      a: x IN (1, 2)\n", ""},
		{"empty", "\n      a:\n", "f.yaml:4:7: jobs[0].cases.a: is empty; write a text, in quotes if it starts with # or holds a comma between { and }"},
		{"nothing but a comment", "\n      a: #1\n", "f.yaml:4:7: jobs[0].cases.a: is empty; write a text, in quotes if it starts with # or holds a comma between { and }"},
		{"starts with a quote", "\n      a: 'x' = b\n", "f.yaml:4:14: is not YAML: value is not allowed in this context. map key-value is pre-defined; " + quoteIt},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := problems("jobs:\n  - name: daily\n    cases:" + test.cases); got != test.want {
				t.Errorf("cases:%s\ngot:\n%s\nwant:\n%s", test.cases, got, test.want)
			}
		})
	}
}

func TestProblemsOfOneRunAreSorted(t *testing.T) {
	const text = `size: big
jobs:
  - cases: {a: 3, b: true}
    window: {column: 4, span: x, zone: y}
  - name: b
    tags: [c, 5, '']
    cases:
      d: x # lost
protect: 1
extra: y
`
	const want = `f.yaml:1:7: size: is a text; write a whole number, without quotes
f.yaml:3:5: jobs[0].name: is missing; write name: daily
f.yaml:3:16: jobs[0].cases.a: is a number; put it in quotes: "3"
f.yaml:3:22: jobs[0].cases.b: is a boolean; put it in quotes: "true"
f.yaml:4:22: jobs[0].window.column: is a number; put it in quotes: "4"
f.yaml:4:34: jobs[0].window.zone: unknown key; write one of span, column
f.yaml:6:15: jobs[1].tags[1]: is a number; put it in quotes: "5"
f.yaml:6:18: jobs[1].tags[2]: is empty; write a text
f.yaml:8:10: jobs[1].cases.d: YAML takes "# lost" as a comment; put the whole text in quotes
f.yaml:9:10: protect: is a number; write true or false, without quotes
f.yaml:10:1: extra: unknown key; write one of title, note, size, protect, network, jobs, buckets, anything`
	if got := problems(text); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
