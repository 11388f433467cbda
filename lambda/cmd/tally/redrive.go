package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/contract"
	"tally/lambda/internal/deadletter"
	"tally/lambda/job"
)

func newRedriveCommand() *cobra.Command {
	var files files
	var dryRun bool
	command := &cobra.Command{
		Use:   "redrive --env ENV",
		Short: "Send again what waits in the queues of failed events",
		Long: "Send again what waits in the queues of failed events, the oldest slot first, one after the other. A message whose slot\n" +
			"has a record by then is deleted; one that fails again stays, and so does one that is not of Tally. Ctrl-C ends it\n" +
			"after the slot that runs, and loses nothing. The exit status is 1 if a message stays.",
		Example: "  tally redrive --env prod --dry-run\n  tally redrive --env prod",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			a, err := files.openArchive(command, nil)
			if err != nil {
				return err
			}
			soft, hard, stop := interrupts(command.Context(), command.ErrOrStderr(), "ending after the slot that runs; press Ctrl-C again to leave it alone")
			defer stop()
			r := redrive{archive: a, screen: pageFor(command.OutOrStdout()), dryRun: dryRun, results: map[string]int{}}
			return r.run(soft, hard)
		},
	}
	files.addFlagsOfOne(command.Flags())
	command.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be sent again, and do nothing")
	return command
}

// redrive sends the messages of the queues again.
type redrive struct {
	archive
	screen
	dryRun  bool
	swept   bool           // a sweep came through
	results map[string]int // messages, by what became of them
	others  int            // messages that were not received
}

// letter is a message in its queue.
type letter struct {
	deadletter.Message
	queue deadletter.Queue
	name  string // of the queue
}

// What becomes of a message.
const (
	nowCounted = "counted"
	hadRecord  = "had a record"
	nowSwept   = "swept"
	stays      = "stay"
)

// held keeps messages from other readers for the longest run of a counter. Were this process
// killed, they would be back by then. Messages that wait for longer than that are still
// deleted, unless somebody else has received them meanwhile.
const held = 15 * time.Minute

// run sends messages until soft has ended. The one under way is brought to its end, unless hard
// has ended, too.
func (r *redrive) run(soft, hard context.Context) error {
	letters, err := r.receive(soft)
	defer func() { // show what is still there to others again; SQS refuses the rest
		for _, letter := range letters {
			_ = letter.queue.Hide(context.WithoutCancel(hard), letter.Message, 0)
		}
	}()
	if soft.Err() != nil && err != nil {
		return errors.New("interrupted before anything was sent")
	}
	if err != nil {
		return err
	}
	for i, letter := range letters {
		if soft.Err() != nil {
			r.results[stays] += len(letters) - i
			r.say(0, r.doubt, "interrupted: %s not sent, the next tally redrive goes on", amount(len(letters)-i, "message"))
			break
		}
		what, err := r.settle(hard, letter)
		if err == nil && !r.dryRun {
			err = letter.queue.Delete(hard, letter.Message)
		}
		title := messageFactsOf(letter.Message).title()
		if err != nil {
			what = stays
			r.say(0, r.bad, "%s stays in %s: %s", title, letter.name, legible(inWords(err)))
		} else {
			r.say(0, r.none, "%s: %s", title, what)
		}
		r.results[what]++
	}
	return r.summary(len(letters))
}

// receive takes all messages, the oldest slot first and sweeps last: SQS knows no order. It
// waits longer than tally status hides messages.
func (r *redrive) receive(ctx context.Context) ([]letter, error) {
	const most = 1000 // messages of a queue; the next run takes the others
	reading := deadletter.Reading{Most: most, Hidden: held, Wait: glance.Hidden + time.Second}
	if r.dryRun {
		reading.Hidden = glance.Hidden
	}
	var all []letter
	for _, name := range queueNames {
		queue, err := r.deployed.queue(ctx, name)
		if err != nil {
			return all, fmt.Errorf("queue %s: %w", name, err)
		}
		messages, waiting, err := queue.Read(ctx, reading)
		for _, message := range messages {
			all = append(all, letter{message, queue, name})
		}
		if err != nil {
			return all, fmt.Errorf("queue %s: %w", name, err)
		}
		if more := waiting - len(messages); more > 0 {
			r.others += more
			r.say(0, r.doubt, "%s: about %s more; somebody else may have received them: run this again", name, amount(more, "message"))
		}
	}
	slices.SortStableFunc(all, func(a, b letter) int { return a.slot().Compare(b.slot()) })
	return all, nil
}

// slot is the time of a message in the order.
func (l letter) slot() time.Time {
	if event, ok := l.Request.(contract.Event); ok {
		return event.ScheduledTime
	}
	return l.Sent.AddDate(100, 0, 0)
}

// settle has a message's slot counted, unless it has a record, or has the monitor sweep.
func (r *redrive) settle(ctx context.Context, letter letter) (string, error) {
	if letter.Err != nil {
		return "", fmt.Errorf("it cannot be sent again: %w; if nobody needs it, delete it by hand", letter.Err)
	}
	function, done, does := r.environment.MonitorName(), r.swept, nowSwept
	if event, isSlot := letter.Request.(contract.Event); isSlot {
		j, known := job.File{Jobs: r.jobs}.Lookup(event.Job)
		if !known {
			return "", unknownJob(event.Job, job.File{Jobs: r.jobs})
		}
		done = false // a recount wants another revision
		if event.Recount == nil {
			slot, err := j.Slot(event)
			if err == nil {
				_, done, err = r.store.Latest(ctx, j.Name, slot.Time)
			}
			if err != nil {
				return "", err
			}
		}
		function, does = r.environment.Counter(j.Source), nowCounted
	}
	switch {
	case done:
		return hadRecord, nil
	case r.dryRun:
		return "would be sent to " + function, nil
	}
	var answer contract.Answer
	err := r.deployed.call(ctx, function, json.RawMessage(letter.Payload), &answer)
	switch {
	case err != nil:
		return "", err
	case answer.Outcome == contract.OutcomeSwept:
		r.swept = true
	case answer.Outcome != contract.OutcomeStored:
		return hadRecord, nil
	}
	return does, nil
}

// summary says what became of all messages.
func (r *redrive) summary(all int) error {
	words := amount(all, "message")
	for _, what := range slices.Sorted(maps.Keys(r.results)) {
		words += fmt.Sprintf(", %d %s", r.results[what], what)
		if what == stays && r.results[what] == 1 {
			words += "s"
		}
	}
	r.say(0, r.none, "%s", words)
	var left []string
	if n := r.results[stays]; n > 0 {
		left = append(left, amount(n, "message")+" left in the queues")
	}
	if r.others > 0 {
		left = append(left, "about "+amount(r.others, "message")+" not received")
	}
	if len(left) > 0 {
		return errors.New(strings.Join(left, ", "))
	}
	return nil
}
