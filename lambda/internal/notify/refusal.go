package notify

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"

	"tally/lambda/internal/signed"
)

// Refusal is SNS's own answer that it did not take a message.
type Refusal struct {
	Status  int    // of HTTP
	Code    string // such as NotFound
	Message string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s (%d): %s", r.Code, r.Status, r.Message) }

// newRefusal reads an answer. If it is no XML, a gateway on the way made it: then the status
// says enough.
func newRefusal(answer signed.Answer) *Refusal {
	refusal := &Refusal{Status: answer.Status, Code: http.StatusText(answer.Status), Message: "no reason was given"}
	_ = xml.Unmarshal(answer.Body, &struct{ Error *Refusal }{refusal})
	return refusal
}

// temporary tells whether the same message may be taken in a moment. SNS has several codes for
// throttling, such as Throttling and KMSThrottling.
func (r *Refusal) temporary() bool {
	return r.Status >= http.StatusInternalServerError || r.Status == http.StatusTooManyRequests ||
		strings.Contains(r.Code, "Throttl") || r.Code == "RequestLimitExceeded"
}
