package local

import (
	"errors"
	"fmt"
	"sync"

	"tally/lambda/contract"
)

// EventBridge carries the events of the results bucket to the functions whose rules match
// them. Events come at least once, in any order, and sometimes late.
type EventBridge struct {
	s3     *S3
	bucket string
	rules  []eventRule
	send   func(function string, payload []byte) // by logical id

	mutex  sync.Mutex
	copies func(key string) int // nil: one
}

// SetCopies says how often the event about a new object comes from now on: 0 loses it. It is
// asked about one object at a time. nil is once for each.
func (e *EventBridge) SetCopies(copies func(key string) int) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.copies = copies
}

// created gets what S3 says about every bucket.
func (e *EventBridge) created(object created) {
	if object.bucket != e.bucket {
		return
	}
	e.mutex.Lock()
	copies := 1
	if e.copies != nil {
		copies = e.copies(object.key)
	}
	e.mutex.Unlock()
	for range copies {
		e.deliver(object)
	}
}

// Announce sends the event about an object of the results bucket as if it had just been
// created: again, late, or although there is no such object.
func (e *EventBridge) Announce(key string) { e.deliver(e.s3.describe(e.bucket, key, "PutObject")) }

// deliver invokes the functions of all rules that an event matches. eventRules has made their
// inputs once, and all events have the same form.
func (e *EventBridge) deliver(object created) {
	event := object.event()
	for _, rule := range e.rules {
		if !rule.pattern.matches(event) {
			continue
		}
		input, err := rule.target.input(event)
		if err != nil {
			panic(err)
		}
		e.send(rule.invokes, []byte(input))
	}
}

// eventRule is a rule of the template that fires on events.
type eventRule struct {
	pattern eventPattern
	target  ruleTarget
	invokes string // the logical id of the function
}

// eventRules reads the rules that fire on events of the results bucket. There are none if the
// bucket sends no events.
func (a *Assembly) eventRules() ([]eventRule, error) {
	var rules []eventRule
	for id, resource := range a.counter.ofType("AWS::Events::Rule") {
		if resource.Properties["EventPattern"] == nil {
			continue
		}
		rule, err := a.eventRule(resource)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		rules = append(rules, rule)
	}
	if sends, err := a.sendsEvents(); !sends {
		return nil, err
	}
	return rules, nil
}

func (a *Assembly) eventRule(resource resource) (eventRule, error) {
	if resource.Properties["ScheduleExpression"] != nil {
		return eventRule{}, errors.New("it has a schedule and an event pattern, want one of them")
	}
	described, _ := resource.Properties["EventPattern"].(map[string]any)
	pattern, err := readPattern(described, a.reference)
	if err != nil {
		return eventRule{}, fmt.Errorf("event pattern: %w", err)
	}
	target, err := readTarget(resource)
	if err != nil {
		return eventRule{}, err
	}
	functions := attributed(target.Arn)
	if len(functions) != 1 {
		return eventRule{}, fmt.Errorf("its target is %v, want the ARN of a function", target.Arn)
	}
	text, err := target.input(created{bucket: bucketName, key: "counts/example"}.event())
	if err != nil {
		return eventRule{}, err
	}
	request, err := contract.ParseEvent([]byte(text))
	if err != nil {
		return eventRule{}, err
	}
	if stored, _ := request.(contract.Stored); stored.Key != "counts/example" {
		return eventRule{}, fmt.Errorf("its input for an object counts/example is %s", text)
	}
	return eventRule{pattern: pattern, target: target, invokes: functions[0]}, nil
}

// sendsEvents tells whether the results bucket sends its events to EventBridge.
func (a *Assembly) sendsEvents() (bool, error) {
	_, bucket, err := a.data.only("AWS::S3::Bucket")
	if err != nil {
		return false, err
	}
	var properties struct {
		NotificationConfiguration struct {
			EventBridgeConfiguration *struct{ EventBridgeEnabled *bool }
		}
	}
	if err := convert(bucket.Properties, &properties); err != nil {
		return false, fmt.Errorf("notifications of the results bucket: %w", err)
	}
	on := properties.NotificationConfiguration.EventBridgeConfiguration
	return on != nil && (on.EventBridgeEnabled == nil || *on.EventBridgeEnabled), nil
}
