package settings

import (
	"fmt"
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

func (a Alarms) check(c checker) {
	for i, address := range a.Email {
		if slices.Contains(a.Email[:i], address) {
			c.Report(fmt.Sprintf("alarms.email[%d]", i), "%s is listed twice", address)
		}
	}
	if len(a.Email) == 0 && c.Has("alarms.email") {
		c.Report("alarms.email", "is empty, and nobody would hear; write an address, or leave alarms out")
	}
	c.checkRegionOf("alarms.topic_arn", a.TopicARN, "a topic in "+c.Region+": alarms reach only those of their region")
	if a.TopicARN != "" && len(a.Email) > 0 {
		c.Report("alarms.email", "is for a topic of the environment's own; subscribe the addresses to topic_arn yourself, or leave that out")
	}
}
