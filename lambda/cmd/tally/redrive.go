package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/contract"
	"tally/lambda/internal/deadletter"
	"tally/lambda/internal/sweep"
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
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			interrupted, restore := signal.NotifyContext(command.Context(), os.Interrupt, syscall.SIGTERM)
			defer restore()
			context.AfterFunc(interrupted, restore) // a second Ctrl-C ends it at once
			a, err := files.openArchive(command, nil)
			if err != nil {
				return err
			}
			out := command.OutOrStdout()
			r := redrive{
				archive: a, lambda: sweep.NewClient(a.deployed.aws), screen: screen{out, widthOf(out), painterFor(out)},
				dryRun: dryRun, results: map[string]int{},
			}
			return r.run(interrupted)
		},
	}
	files.addFlags(command.Flags())
	command.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be sent again, and do nothing")
	return command
}

// redrive sends the messages of the queues again.
type redrive struct {
	archive
	screen
	lambda  sweep.Lambda
	dryRun  bool
	swept   bool           // a sweep came through
	results map[string]int // messages, by what became of them
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
	stays      = "stays"
)

// held keeps messages from other readers for the longest run of a counter. Were this process
// killed, they would be back by then. Messages that wait for longer than that are still
// deleted, unless somebody else has received them meanwhile.
const held = 15 * time.Minute

// run sends messages until it is interrupted. The one under way is brought to its end.
func (r *redrive) run(interrupted context.Context) error {
	ctx := context.WithoutCancel(interrupted)
	letters, err := r.receive(interrupted)
	defer func() { // show what is still there to others again; SQS refuses the rest
		for _, letter := range letters {
			_ = letter.queue.Hide(ctx, letter.Message, 0)
		}
	}()
	if err != nil {
		return err
	}
	for i, letter := range letters {
		if interrupted.Err() != nil {
			r.results[stays] += len(letters) - i
			r.say(0, r.doubt, "interrupted: %s not sent, the next tally redrive goes on", amount(len(letters)-i, "message"))
			break
		}
		what, err := r.settle(ctx, letter)
		if err == nil && !r.dryRun {
			err = letter.queue.Delete(ctx, letter.Message)
		}
		title := messageFactsOf(letter.Message).title()
		if err != nil {
			what = stays
			r.say(0, r.bad, "%s stays in %s: %s", title, letter.name, legible(err.Error()))
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
			r.results[stays] += more
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
		if event.Recount == nil { // else it has a record, and wants another revision
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
	outcome, err := r.invoke(ctx, function, letter.Payload)
	switch {
	case err != nil:
		return "", err
	case outcome == contract.OutcomeSwept:
		r.swept = true
	case outcome != contract.OutcomeStored:
		return hadRecord, nil
	}
	return does, nil
}

// invoke invokes a function once and waits for its end.
func (r *redrive) invoke(ctx context.Context, function string, payload []byte) (contract.Outcome, error) {
	reply, err := r.lambda.Invoke(ctx, function, payload)
	if err != nil {
		return "", fmt.Errorf("invoke %s: %w", function, err)
	}
	if reply.Failed {
		return "", functionFailure(reply.Payload)
	}
	var answer contract.Answer
	if err := json.Unmarshal(reply.Payload, &answer); err != nil {
		return "", fmt.Errorf("read the answer of %s: %w", function, err)
	}
	return answer.Outcome, nil
}

// summary says what became of all messages.
func (r *redrive) summary(all int) error {
	words := amount(all, "message")
	for _, what := range slices.Sorted(maps.Keys(r.results)) {
		words += fmt.Sprintf(", %d %s", r.results[what], what)
	}
	r.say(0, r.none, "%s", words)
	if left := r.results[stays]; left > 0 {
		return fmt.Errorf("%s left in the queues", amount(left, "message"))
	}
	return nil
}
