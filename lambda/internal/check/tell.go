package check

import (
	"context"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/notify"
)

// mostMessages is how many messages about single slots may go out in an hour. What is above
// that, the next sweep tells in one.
const mostMessages = 20

// tellOne tells of one verdict, unless this hour has had enough messages.
func (c *Checker) tellOne(ctx context.Context, v verdict) (told bool, err error) {
	if room, err := c.claim(ctx); err != nil || !room {
		return false, err
	}
	err = c.publish(ctx, c.messageOfOne(v), v)
	return err == nil, err
}

// claim takes one of the hour's messages. Of two that want the same, one takes the next.
func (c *Checker) claim(ctx context.Context) (room bool, err error) {
	prefix := contract.MessagesPrefix(c.Environment, c.now())
	taken, err := c.Store.Keys(ctx, prefix)
	if err != nil {
		return false, fmt.Errorf("count the messages of this hour: %w", err)
	}
	for number := len(taken) + 1; number <= mostMessages; number++ {
		created, err := c.Store.CreateJSON(ctx, fmt.Sprintf("%s%02d", prefix, number), contract.Told{Time: c.now()})
		if err != nil {
			return false, fmt.Errorf("count this message: %w", err)
		}
		if created {
			return true, nil
		}
	}
	return false, nil
}

// attempt takes the next number of the attempts at a message, whose keys have a prefix. It is not
// ours if somebody else is faster, or may still be at the attempt before.
func (c *Checker) attempt(ctx context.Context, prefix string) (ours bool, err error) {
	before, err := c.Store.Keys(ctx, prefix)
	if err == nil && len(before) > 0 {
		var last contract.Told
		if err = c.Store.ReadJSON(ctx, before[len(before)-1], &last); err == nil && c.now().Sub(last.Time) < patience {
			return false, nil
		}
	}
	if err == nil {
		ours, err = c.Store.CreateJSON(ctx, fmt.Sprintf("%s%03d", prefix, len(before)+1), contract.Told{Time: c.now()})
	}
	if err != nil {
		return false, fmt.Errorf("count this attempt: %w", err)
	}
	return ours, nil
}

// publish sends a message about verdicts and notes that they are told. Who is killed in between
// tells twice. Who has no time left still notes it.
func (c *Checker) publish(ctx context.Context, message notify.Message, verdicts ...verdict) error {
	if err := c.Topic.Publish(ctx, message); err != nil {
		return fmt.Errorf("tell of checks: %w", err)
	}
	c.Logger.Info("told", "subject", message.Subject)
	ctx, cancel := contextForNote(ctx)
	defer cancel()
	err := each(ctx, len(verdicts), func(i int) error {
		_, err := c.Store.CreateJSON(ctx, contract.ToldKey(verdicts[i].toTell), contract.Told{Time: c.now()})
		return err
	})
	if err != nil {
		return fmt.Errorf("note what was told: %w", err)
	}
	return nil
}

// contextForNote is the context to note what was told, even if the one of the invocation has
// ended. A minute is enough for a message of many verdicts.
func contextForNote(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
}

// patience is how long a sweep leaves a message to whoever is to send it: longer than the monitor
// may run.
const patience = 16 * time.Minute
