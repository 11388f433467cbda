package local

import (
	"fmt"
	"slices"
	"strings"
)

// eventPattern is what a rule demands of an event: an eventPattern or wantedValues for each of
// its keys.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
type eventPattern map[string]any

// wantedValues match a text that one of them matches.
type wantedValues []wantedValue

type wantedValue struct {
	text   string
	prefix bool // of the text
}

// readPattern reads a pattern of the template. EventBridge knows more kinds of values than
// texts and prefixes: they are errors here, so that none is ignored.
func readPattern(value map[string]any, reference func(string, any) (string, error)) (eventPattern, error) {
	if len(value) == 0 {
		return nil, fmt.Errorf("an object of the pattern is empty")
	}
	pattern := eventPattern{}
	for key, value := range value {
		var err error
		switch value := value.(type) {
		case map[string]any:
			pattern[key], err = readPattern(value, reference)
		case []any:
			pattern[key], err = readWanted(value, reference)
		default:
			err = fmt.Errorf("%v is neither an object nor a list", value)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return pattern, nil
}

func readWanted(values []any, reference func(string, any) (string, error)) (wantedValues, error) {
	if len(values) == 0 {
		return nil, fmt.Errorf("its list is empty")
	}
	var all wantedValues
	for _, value := range values {
		object, _ := value.(map[string]any)
		before, prefix := object["prefix"]
		if prefix && len(object) == 1 {
			value = before
		}
		text, err := resolve(value, reference)
		if err != nil {
			return nil, err
		}
		all = append(all, wantedValue{text, prefix})
	}
	return all, nil
}

// matches tells whether the event has, at every key of the pattern, what is wanted there.
func (p eventPattern) matches(event map[string]any) bool {
	for key, wanted := range p {
		switch wanted := wanted.(type) {
		case eventPattern:
			if below, _ := event[key].(map[string]any); !wanted.matches(below) {
				return false
			}
		case wantedValues:
			if !wanted.match(event[key]) {
				return false
			}
		}
	}
	return true
}

// match takes one value, or a list of which one must be wanted.
func (w wantedValues) match(value any) bool {
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, w.match)
	}
	text, ok := value.(string)
	return ok && slices.ContainsFunc(w, func(wanted wantedValue) bool {
		return text == wanted.text || wanted.prefix && strings.HasPrefix(text, wanted.text)
	})
}
