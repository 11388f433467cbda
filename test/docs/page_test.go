package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// A page is a Markdown file, taken apart.
type page struct {
	path    string // from the project's root
	lines   int
	blocks  []block
	codes   []code // within lines
	tables  []table
	links   []link
	anchors []string // of its headings, as GitHub makes them
}

// A block is a fenced block of code.
type block struct {
	line     int // of its fence
	language string
	text     string
	before   string // the last line of text before it
}

// A code is one that stands within a line.
type code struct {
	line int
	text string
}

// A table has the cells of its rows, without those of its header.
type table struct {
	line   int
	header []string
	rows   [][]string
}

type link struct {
	line   int
	target string
}

// readPages reads the pages that users read.
func readPages(t *testing.T) map[string]page {
	t.Helper()
	pages := map[string]page{}
	add := func(path string) {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		pages[path] = parsePage(path, string(text))
	}
	top, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range top {
		add(filepath.Base(file))
	}
	err = fs.WalkDir(os.DirFS(root), "docs", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			add(path)
		}
		return err
	})
	if err != nil || len(pages) < 15 {
		t.Fatalf("found %d pages (%v)", len(pages), err)
	}
	return pages
}

var (
	fence     = regexp.MustCompile("^\\s*```(\\S*)")
	inline    = regexp.MustCompile("`([^`]+)`")
	linked    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading   = regexp.MustCompile(`^#+ (.*)$`)
	separator = regexp.MustCompile(`^\|[-| ]+\|$`)
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// parsePage takes a page apart. It knows no nested fences, and tables begin at the
// start of a line.
func parsePage(path, text string) page {
	p := page{path: path}
	var open *block
	before, rows := "", []string(nil)
	for line := range strings.Lines(text + "\n") {
		p.lines++
		line = strings.TrimRight(line, "\n")
		switch marks := fence.FindStringSubmatch(line); {
		case marks != nil && open == nil:
			open = &block{line: p.lines, language: marks[1], before: before}
			continue
		case marks != nil:
			p.blocks, open = append(p.blocks, *open), nil
			continue
		case open != nil:
			open.text += line + "\n"
			continue
		}
		if strings.TrimSpace(line) != "" {
			before = line
		}
		if strings.HasPrefix(line, "|") {
			rows = append(rows, line)
		} else if rows != nil {
			p.tables = append(p.tables, newTable(p.lines-len(rows), rows))
			rows = nil
		}
		if title := heading.FindStringSubmatch(line); title != nil {
			slug := notInSlug.ReplaceAllString(strings.ToLower(title[1]), "")
			p.anchors = append(p.anchors, strings.ReplaceAll(slug, " ", "-"))
		}
		for _, found := range inline.FindAllStringSubmatch(line, -1) {
			p.codes = append(p.codes, code{p.lines, found[1]})
		}
		for _, found := range linked.FindAllStringSubmatch(inline.ReplaceAllString(line, ""), -1) {
			p.links = append(p.links, link{p.lines, found[1]})
		}
	}
	p.lines-- // the one that was added
	return p
}

func newTable(line int, rows []string) table {
	t := table{line: line}
	for _, row := range rows {
		if separator.MatchString(row) {
			continue
		}
		var cells []string
		for _, cell := range strings.Split(strings.Trim(row, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		if t.header == nil {
			t.header = cells
		} else {
			t.rows = append(t.rows, cells)
		}
	}
	return t
}

// codesOf are the codes in a cell.
func codesOf(cell string) []string {
	var all []string
	for _, found := range inline.FindAllStringSubmatch(cell, -1) {
		all = append(all, found[1])
	}
	return all
}

// column are the codes in the first cells of a table's rows.
func (t table) column() []string {
	var all []string
	for _, row := range t.rows {
		all = append(all, codesOf(row[0])...)
	}
	return all
}

// table finds the table whose first header is title.
func (p page) table(t *testing.T, title string) table {
	t.Helper()
	for _, table := range p.tables {
		if table.header[0] == title {
			return table
		}
	}
	t.Fatalf("%s has no table of %q", p.path, title)
	return table{}
}

func TestParsePage(t *testing.T) {
	p := parsePage("a.md", "# A `b` (c), d\n\nSee [x](y.md#z) and `[no](link)`.\n\n| k | v |\n|---|---|\n| `a`, `b` | 1 |\n\n```sh\nmake\n```\n")
	switch {
	case p.lines != 11, len(p.blocks) != 1, p.blocks[0].text != "make\n", p.blocks[0].language != "sh", p.blocks[0].line != 9:
		t.Errorf("blocks: %+v of %d lines", p.blocks, p.lines)
	case len(p.links) != 1 || p.links[0] != link{3, "y.md#z"}:
		t.Errorf("links: %+v", p.links)
	case len(p.anchors) != 1 || p.anchors[0] != "a-b-c-d":
		t.Errorf("anchors: %q", p.anchors)
	case len(p.tables) != 1 || strings.Join(p.tables[0].column(), " ") != "a b":
		t.Errorf("tables: %+v", p.tables)
	}
}
