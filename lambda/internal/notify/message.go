package notify

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Message is what a topic sends to each of its subscribers.
type Message struct {
	// Subject is the subject of mails. What SNS takes as none is changed: line breaks and
	// other control characters become blanks, and what is longer than SubjectLimit is cut.
	Subject string
	Text    string
	// ByProtocol are the texts for subscribers of some protocols, such as https, instead of
	// Text.
	ByProtocol map[string]string
	// Attributes are what subscribers filter by. SNS takes no empty ones: they are left out.
	Attributes map[string]string
}

// SubjectLimit is how many characters a subject may have.
const SubjectLimit = 99

// form is the message as the request Publish.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func (m Message) form(topic string) (url.Values, error) {
	texts := map[string]string{}
	maps.Copy(texts, m.ByProtocol)
	texts["default"] = m.Text
	message, err := json.Marshal(texts)
	if err != nil {
		return nil, fmt.Errorf("encode the message: %w", err)
	}
	form := url.Values{
		"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {topic},
		"MessageStructure": {"json"}, "Message": {string(message)},
	}
	if subject := cleanSubject(m.Subject); subject != "" {
		form.Set("Subject", subject)
	}
	entry := 0
	for _, name := range slices.Sorted(maps.Keys(m.Attributes)) {
		if value := m.Attributes[name]; value != "" {
			entry++
			key := "MessageAttributes.entry." + strconv.Itoa(entry) + "."
			form.Set(key+"Name", name)
			form.Set(key+"Value.DataType", "String")
			form.Set(key+"Value.StringValue", value)
		}
	}
	return form, nil
}

// cleanSubject is a text as SNS takes it for a subject.
func cleanSubject(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) { // the last two break lines
			return ' '
		}
		return r
	}, text)
	if characters := []rune(text); len(characters) > SubjectLimit {
		text = string(characters[:SubjectLimit-1]) + "…"
	}
	return text
}
