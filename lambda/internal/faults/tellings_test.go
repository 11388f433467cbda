package faults_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/notify"
	"tally/test/local"
)

// publishAttempt is one attempt of the monitor at a message.
type publishAttempt struct {
	message local.Published
	noted   map[string]bool // the notes of what was told that there were before
	failed  int             // how many notes had failed before
	doubts  int             // how often it went out, perhaps, without the sender's knowing it
}

// Publish implements [check.Topic] with the topic.
func (d *checkWorld) Publish(ctx context.Context, message notify.Message) error {
	t := &publishAttempt{message: local.Published{Subject: message.Subject, Text: message.Text, Attributes: message.Attributes}, noted: d.notes()}
	alive := ctx.Err() == nil
	d.mutex.Lock()
	t.failed = len(d.unnoted)
	d.attempts = append(d.attempts, t)
	d.mutex.Unlock()
	err := d.topic.Publish(ctx, message)
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if alive && ctx.Err() != nil && t.doubts == 0 { // it was cut off on the way, perhaps
		t.doubts++
	}
	return err
}

// notes are the names of the notes of what was told.
func (d *checkWorld) notes() map[string]bool {
	all := map[string]bool{}
	keys, err := d.server.Keys(results)
	if err != nil {
		d.run.Wrongf("look at the notes: %v", err)
	}
	for _, key := range keys {
		if isNote(key) {
			all[path.Base(key)] = true
		}
	}
	return all
}

func isNote(key string) bool {
	return strings.HasPrefix(key, contract.MarkersPrefix+"told/") || strings.HasPrefix(key, contract.MarkersPrefix+"summary/")
}

// doubt notes a fault after which a sender cannot know that the message went out which it posts.
func (d *checkWorld) doubt(post url.Values) {
	var texts map[string]string
	_ = json.Unmarshal([]byte(post.Get("Message")), &texts) // SNS refuses what is no JSON
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, t := range slices.Backward(d.attempts) {
		if t.message.Text == texts["default"] {
			t.doubts++
			return
		}
	}
}

// noteFails notes a fault at the put of a note.
func (d *checkWorld) noteFails(key string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.unnoted = append(d.unnoted, path.Base(key))
}

// judgeTold holds how often something was told against how often it should have been. It may be
// told once more for each time that nobody could know that it was, and for each time that S3 failed
// and did not take the note. Nobody tells what is noted.
func (d *checkWorld) judgeTold(name string, each *expectedMessage) {
	least := len(each.names)
	doubts, unnoted := 0, 0
	for i, t := range each.tellings {
		missing := slices.DeleteFunc(slices.Clone(each.names), func(name string) bool { return t.noted[name] })
		if len(missing) == 0 {
			d.run.Doubled = append(d.run.Doubled, name+" was told although it was noted that it was")
		}
		doubts += t.doubts
		for _, name := range missing {
			if i > 0 && slices.Contains(d.unnoted[each.tellings[i-1].failed:t.failed], name) {
				unnoted++
			}
		}
	}
	switch most := least + doubts + unnoted; {
	case each.times < least:
		d.run.Lost = append(d.run.Lost, fmt.Sprintf("%s was told %d times, want %d", name, each.times, least))
	case each.times > most:
		d.run.Doubled = append(d.run.Doubled, fmt.Sprintf("%s was told %d times, want %d; %d times nobody could know, and %d times S3 did not take the note", name, each.times, least, doubts, unnoted))
	}
}
