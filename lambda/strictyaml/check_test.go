package strictyaml_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tally/lambda/pattern"
	"tally/lambda/strictyaml"
)

type pet struct {
	Kind  string                    `yaml:"kind"`
	Name  string                    `yaml:"name" example:"Rex"`
	Age   int                       `yaml:"age"`
	Toys  []string                  `yaml:"toys"`
	Owner strictyaml.Map[string]    `yaml:"owner"`
	Place strictyaml.Map[placeWord] `yaml:"place"`
	Born  string                    `yaml:"born"`
	Tame  *bool                     `yaml:"tame"`
	Eats  string                    `yaml:"eats"`
}

type placeWord struct {
	City string `yaml:"city"`
}

func (p *placeWord) UnmarshalScalar(word string) error {
	p.City = word
	return nil
}

func TestCheck(t *testing.T) {
	date := func(text string) error {
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return errors.New("is no date; write 2020-01-31")
		}
		return nil
	}
	rules := strictyaml.Rules{
		"": {Forms: []strictyaml.Form{
			{Key: "kind", Is: "dog", Needs: []string{"name"}},
			{Key: "kind", Is: "fish", Refuses: []string{"toys"}, Why: "is nothing for a fish; leave it out"},
			{Key: "age", Unless: true, Refuses: []string{"owner"}, Why: "wants an age", Rules: strictyaml.Rules{"name": strictyaml.Match(`^[a-z]`, "a small letter first")}},
			{Key: "name", Needs: []string{"age"}, Editor: true},
			{Key: "place", Refuses: []string{"age"}, Why: "is not for a pet with a place"},
			{Key: "tame", Is: false, Needs: []string{"place"}, Lacks: "is missing for a wild pet"},
		}},
		"kind":       {OneOf: strictyaml.Values("dog", "cat", "fish"), Is: "a pet", Else: "leave it out"},
		"age":        {Min: 1, Max: 30, Zero: true},
		"toys":       {Min: 1, Max: 2, Write: "a toy", Twice: "keep one"},
		"toys.*":     strictyaml.Match(`^[a-z]+$`, "small letters"),
		"owner":      {Pattern: pattern.New(`^[a-z]+$`), Write: "a small key", Refuses: []string{"cat"}, Why: "%s owns nobody"},
		"place.*":    strictyaml.Match(`^[A-Z]`, "a city"),
		"place.city": {},
		"born":       {Check: date, Pattern: pattern.New(`^2`), Write: "a year from 2000 on"},
		"eats":       {Pattern: pattern.New(`^[0-9.]+( kg)?$`), Digits: true, Write: "3 or 3 kg"},
	}
	for _, test := range []struct{ name, yaml, want string }{
		{"right", "{kind: dog, name: Rex, age: 3, toys: [ball], owner: {ann: x}}", ""},
		{"a form refuses a number", "{age: 3, place: {home: Bonn}}", "age: is not for a pet with a place"},
		{"a form refuses no number that counts as left out", "{age: 0, place: {home: Bonn}}", ""},
		{"what is not there breaks nothing", "{age: 3}", ""},
		{"no such value", "{kind: cow, age: 3}", `kind: "cow" is not a pet; write dog, cat or fish, or leave it out`},
		{"too large", "{age: 31}", "age: is 31; write a number from 1 to 30"},
		{"zero is as if left out", "{age: 0}", ""},
		{"no entry", "{age: 3, toys: []}", "toys: is empty; write a toy"},
		{"too many entries", "{age: 3, toys: [a, b, c]}", "toys: has 3 entries; write at most 2"},
		{"an entry twice", "{age: 3, toys: [a, a]}", `toys[1]: "a" is listed twice; keep one`},
		{"what a function refuses", "{age: 3, born: soon}", "born: is no date; write 2020-01-31"},
		{"what the pattern refuses, where the function has nothing to say", "{age: 3, born: 1999-12-31}", `born: "1999-12-31" is not valid; write a year from 2000 on`},
		{"digits as a text", "{age: 3, eats: 3}", ""},
		{"a fraction as a text", "{age: 3, eats: 0.5}", ""},
		{"a text where digits may be one", "{age: 3, eats: 3 kg}", ""},
		{"digits of other readers, by the pattern", "{age: 3, eats: 1e3}", `eats: "1e3" is not valid; write 3 or 3 kg`},
		{"a form needs a key, with a reason", "{age: 3, tame: false}", "place: is missing for a wild pet; write place: …"},
		{"an entry", "{age: 3, toys: [a, B]}", `toys[1]: "B" is not valid; write small letters`},
		{"a key", "{age: 3, owner: {Ann: x}}", `owner.Ann: "Ann" is not valid; write a small key`},
		{"a key that is refused", "{age: 3, owner: {cat: x}}", "owner.cat: cat owns nobody"},
		{"a mapping as a word", "{place: {home: bonn}}", `place.home: "bonn" is not valid; write a city`},
		{"a form needs a key", "{kind: dog, age: 3}", "name: is missing; write name: Rex"},
		{"a form refuses a key", "{kind: fish, age: 3, toys: [a]}", "toys: is nothing for a fish; leave it out"},
		{"the form of all others", "{owner: {ann: x}, name: Rex}", "name: \"Rex\" is not valid; write a small letter first\nowner: wants an age"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var read pet
			document := strictyaml.Read("f.yaml", []byte(test.yaml), &read, rules)
			var got []string
			if err := strictyaml.Join(document); err != nil {
				for line := range strings.Lines(err.Error()) {
					_, message, _ := strings.Cut(strings.TrimSpace(line), ": ")
					got = append(got, message)
				}
			}
			want := strings.Split(test.want, "\n")
			for i := range want {
				if test.want != "" && !strings.Contains(strings.Join(got, "\n"), want[i]) || test.want == "" && got != nil {
					t.Errorf("got %q\nwant %q", got, want)
				}
			}
			if test.want != "" && len(got) != len(want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
		})
	}
}
