package strictyaml_test

import (
	"errors"

	"tally/lambda/strictyaml"
)

// file has a field of every kind that the project's files have.
type file struct {
	Title    string                          `yaml:"title"`
	Note     string                          `yaml:"note"`
	Size     int                             `yaml:"size"`
	Protect  bool                            `yaml:"protect"`
	Network  network                         `yaml:"network"`
	Jobs     []job                           `yaml:"jobs,required" example:"[{name: daily}]"`
	Buckets  strictyaml.Map[string]          `yaml:"buckets"`
	Anything strictyaml.Map[strictyaml.Text] `yaml:"anything"`
}

type job struct {
	Name   string                          `yaml:"name,required" example:"daily"`
	Cases  strictyaml.Map[strictyaml.Text] `yaml:"cases"`
	Window *window                         `yaml:"window"`
	Tags   []string                        `yaml:"tags"`
	Read   bool                            // without a tag: no key of the file
}

type window struct {
	Span   string `yaml:"span,required" example:"previous-day"`
	Column string `yaml:"column,required"`
}

// network may be written as one word.
type network struct {
	Create bool
	ID     string `yaml:"id,required" example:"vpc-1"`
}

func (n *network) UnmarshalScalar(word string) error {
	if word != "create" {
		return errors.New("write create or an id")
	}
	n.Create = true
	return nil
}

// problems reads a file and returns what is wrong with it, a line each.
func problems(text string) string {
	var into file
	if err := strictyaml.Join(strictyaml.Read("f.yaml", []byte(text), &into, nil)); err != nil {
		return err.Error()
	}
	return ""
}
