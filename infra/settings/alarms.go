package settings

import (
	"fmt"
	"regexp"
	"slices"
)

// Alarms say who hears of an environment's alarms.
type Alarms struct {
	// Email are addresses that the environment's own topic sends to; each must
	// confirm the subscription.
	Email []string `yaml:"email" example:"[oncall@example.com]"`
	// TopicARN is a topic that exists, instead of one of the environment's own. Its
	// policy must let CloudWatch publish.
	TopicARN string `yaml:"topic_arn"`
}

var (
	emailPattern = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	topicPattern = regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)
)

func (a Alarms) check(c checker, region string) {
	for i, address := range a.Email {
		key := fmt.Sprintf("alarms.email[%d]", i)
		c.match(key, address, emailPattern, "an address such as oncall@example.com")
		if slices.Contains(a.Email[:i], address) {
			c.Report(key, "%s is listed twice", address)
		}
	}
	if len(a.Email) == 0 && c.Has("alarms.email") {
		c.Report("alarms.email", "is empty, and nobody would hear; write an address, or leave alarms out")
	}
	if a.TopicARN == "" {
		return
	}
	const key = "alarms.topic_arn"
	c.match(key, a.TopicARN, topicPattern, "the ARN of a standard topic, arn:aws:sns:…")
	c.samePlace(key, a.TopicARN, region, "a topic in %s: alarms reach only those of their region")
	if len(a.Email) > 0 {
		c.Report("alarms.email", "is for a topic of the environment's own; subscribe the addresses to topic_arn yourself, or leave that out")
	}
}
