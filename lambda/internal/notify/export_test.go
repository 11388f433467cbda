package notify

import "time"

// Within is the topic with other times.
func (t *Topic) Within(limit, pause time.Duration) *Topic {
	t.limit, t.pause = limit, pause
	return t
}
