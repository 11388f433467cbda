package local

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// SNS keeps what is published to its topics.
type SNS struct {
	mutex    sync.Mutex
	topics   map[string]bool // by ARN
	messages []Published
	faults   []SNSFault // of the next publishes
}

// Published is a message that SNS took.
type Published struct {
	Time           time.Time
	Topic, Subject string
	Text           string            // for all protocols that have none of their own
	ByProtocol     map[string]string // the others' texts
	Attributes     map[string]string
}

// SNSFault is how a publish fails. Its zero value is none.
type SNSFault struct {
	Status        int // of HTTP; 0 takes the message
	Code, Message string
	Delay         time.Duration // before SNS does anything
	Cut           bool          // the connection ends before the answer
}

// The faults of SNS.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
var (
	TopicGone      = SNSFault{Status: http.StatusNotFound, Code: "NotFound", Message: "Topic does not exist"}
	PublishRefused = SNSFault{Status: http.StatusForbidden, Code: "AuthorizationError", Message: "User is not authorized to perform: SNS:Publish"}
	SNSThrottled   = SNSFault{Status: http.StatusBadRequest, Code: "Throttling", Message: "Rate exceeded"}
	SNSFailed      = SNSFault{Status: http.StatusInternalServerError, Code: "InternalError", Message: "Internal error"}
	AnswerLost     = SNSFault{Cut: true}
)

// AddTopic makes a topic, unless it is there.
func (s *SNS) AddTopic(arn string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.topics == nil {
		s.topics = map[string]bool{}
	}
	s.topics[arn] = true
}

// Messages are those that were published, in order.
func (s *SNS) Messages() []Published {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.messages)
}

// SetFaults sets what happens to the next publishes, one fault each. After them all is well;
// without any it is well at once.
func (s *SNS) SetFaults(next ...SNSFault) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.faults = next
}

func (s *SNS) nextFault() SNSFault {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.faults) == 0 {
		return SNSFault{}
	}
	next := s.faults[0]
	s.faults = s.faults[1:]
	return next
}

func (s *SNS) publish(w http.ResponseWriter, r *http.Request) {
	fault := s.nextFault()
	time.Sleep(fault.Delay)
	if fault.Status == 0 {
		fault.Status, fault.Code, fault.Message = s.take(r)
	}
	switch {
	case fault.Cut:
		panic(http.ErrAbortHandler)
	case fault.Status != http.StatusOK:
		writeXMLError(w, fault.Status, fault.Code, fault.Message)
	default:
		fmt.Fprintf(w, "<PublishResponse><PublishResult><MessageId>%s</MessageId></PublishResult></PublishResponse>", newRequestID())
	}
}

// take keeps the message of a request, or says why not.
func (s *SNS) take(r *http.Request) (status int, code, message string) {
	published := Published{Time: time.Now(), Topic: r.FormValue("TopicArn"), Subject: r.FormValue("Subject")}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.topics[published.Topic] {
		return TopicGone.Status, TopicGone.Code, TopicGone.Message
	}
	if r.Form.Has("Subject") && !isSubject(published.Subject) {
		return http.StatusBadRequest, "InvalidParameter", "Invalid parameter: Subject"
	}
	attributes, size, problem := attributesOf(r)
	if problem != "" {
		return http.StatusBadRequest, "ParameterValueInvalid", problem
	}
	published.Attributes = attributes
	published.Text, published.ByProtocol, problem = textsOf(r, size)
	if problem != "" {
		return http.StatusBadRequest, "InvalidParameter", "Invalid parameter: " + problem
	}
	s.messages = append(s.messages, published)
	return http.StatusOK, "", ""
}

// isSubject: "Subjects must be UTF-8 text with no line breaks or control characters, and less
// than 100 characters long."
func isSubject(text string) bool {
	breaks := slices.ContainsFunc([]rune(text), func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) })
	return text != "" && utf8.ValidString(text) && !breaks && utf8.RuneCountInString(text) < 100
}

// messageLimit is how many bytes a message may have, together with its attributes.
const messageLimit = 262_144

// textsOf are the texts of a message with attributes of a size. SNS would ignore a text that
// is no string. Here it is a problem, because nobody wants that.
func textsOf(r *http.Request, attributes int) (text string, byProtocol map[string]string, problem string) {
	text = r.FormValue("Message")
	structure := r.FormValue("MessageStructure")
	switch {
	case text == "":
		return "", nil, "Empty message"
	case len(text)+attributes > messageLimit:
		return "", nil, "Message too long"
	case !utf8.ValidString(text):
		return "", nil, "Message"
	case structure == "":
		return text, nil, ""
	case structure != "json":
		return "", nil, "MessageStructure"
	}
	if err := json.Unmarshal([]byte(text), &byProtocol); err != nil {
		return "", nil, "Message Structure - JSON message body failed to parse"
	}
	text, found := byProtocol["default"]
	if !found {
		return "", nil, "Message Structure - No default entry in JSON message body"
	}
	delete(byProtocol, "default")
	return text, byProtocol, ""
}

// attributeName is what SNS takes as the name of an attribute.
var attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

// attributesOf are the attributes of a message and their size in bytes.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func attributesOf(r *http.Request) (attributes map[string]string, size int, problem string) {
	attributes = map[string]string{}
	for entry := 1; ; entry++ {
		key := "MessageAttributes.entry." + strconv.Itoa(entry) + "."
		name, kind, value := r.FormValue(key+"Name"), r.FormValue(key+"Value.DataType"), r.FormValue(key+"Value.StringValue")
		_, taken := attributes[name]
		switch {
		case !r.Form.Has(key + "Name"):
			return attributes, size, ""
		case !attributeName.MatchString(name) || len(name) > 256 || taken:
			return nil, 0, fmt.Sprintf("The message contains an invalid message attribute name '%s'.", name)
		case kind != "String":
			return nil, 0, fmt.Sprintf("The message attribute '%s' has an invalid message attribute type '%s'.", name, kind)
		case value == "":
			return nil, 0, fmt.Sprintf("The message attribute '%s' must contain non-empty message attribute value for message attribute type '%s'.", name, kind)
		}
		attributes[name] = value
		size += len(name) + len(kind) + len(value)
	}
}
