package local

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"

	"tally/lambda/contract"
)

// AWS is as much of AWS as the operator's command line asks, besides S3: the two queues
// (sqs.go), metrics and alarms (cloudwatch.go), and of Lambda, SNS and CloudFormation what it
// takes to find an environment. The monitor publishes to its topics (sns.go), a counter asks
// Athena and Glue (athena.go). It accepts any credentials. Set its fields before it is asked.
type AWS struct {
	Endpoint                string // http://127.0.0.1:<port>
	FailedRuns, Undelivered Queue
	CloudWatch              CloudWatch
	SNS                     SNS
	Athena                  Athena
	Variables               map[string]string // of the monitor
	Confirmed               []string          // addresses of the topic
	Denied                  map[string]string // the codes of errors, by IAM actions such as sqs:ReceiveMessage
	Invoke                  http.HandlerFunc  // invokes a function; nil: there is none

	environment string
	server      *http.Server
}

// StartAWS starts a stand-in for the account of an environment.
func StartAWS(ctx context.Context, environment string) (*AWS, error) {
	a := &AWS{environment: environment, Variables: map[string]string{}, Denied: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2015-03-31/functions/{name}/configuration", a.configuration)
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", func(w http.ResponseWriter, r *http.Request) {
		if a.Invoke == nil {
			refuse(w, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+r.PathValue("name"))
			return
		}
		a.Invoke(w, r)
	})
	mux.HandleFunc("POST /service/GraniteServiceVersion20100801/operation/{operation}", a.askCloudWatch)
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		if _, operation, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "AmazonSQS."); ok {
			a.askSQS(w, r, operation)
			return
		}
		target := r.Header.Get("X-Amz-Target")
		if service, _, _ := strings.Cut(target, "."); athenaServices[service] != "" {
			a.askAthena(w, r, target)
			return
		}
		a.askQuery(w, r)
	})
	a.server = &http.Server{Handler: mux}
	var err error
	if a.Endpoint, err = serve(ctx, a.server); err != nil {
		return nil, fmt.Errorf("start the APIs of AWS: %w", err)
	}
	return a, nil
}

// Close stops the server, and the queries that run.
func (a *AWS) Close() error {
	a.Athena.close()
	return a.server.Close()
}

// SetMonitor tells what the stack tells the monitor.
func (a *AWS) SetMonitor(config contract.MonitorConfig) error {
	text, err := json.Marshal(config)
	a.Variables[contract.ConfigVariable] = string(text)
	return err
}

// configuration is GetFunctionConfiguration of the monitor.
func (a *AWS) configuration(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if name != "tally-"+a.environment+"-monitor" {
		refuse(w, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+name)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"FunctionArn": "arn:aws:lambda:" + region + ":" + accountID + ":function:" + name,
		"Environment": map[string]any{"Variables": a.Variables},
	})
}

// askQuery answers SNS and CloudFormation, whose requests are forms and whose answers are XML.
func (a *AWS) askQuery(w http.ResponseWriter, r *http.Request) {
	switch r.FormValue("Action") {
	case "ListSubscriptionsByTopic":
		var confirmed []member
		for _, address := range a.Confirmed {
			confirmed = append(confirmed, member{Endpoint: address, SubscriptionArn: r.FormValue("TopicArn") + ":1"})
		}
		a.writeXML(w, "sns", "ListSubscriptionsByTopic", "<Subscriptions>", confirmed, "</Subscriptions>")
	case "Publish":
		a.SNS.publish(w, r)
	case "DescribeStacks":
		var outputs []member
		for _, name := range []string{"FailedRuns", "Undelivered"} {
			outputs = append(outputs, member{OutputKey: name + "QueueUrl", OutputValue: a.Endpoint + "/" + accountID + "/" + name})
		}
		a.writeXML(w, "cloudformation", "DescribeStacks", "<Stacks><member><Outputs>", outputs, "</Outputs></member></Stacks>")
	default:
		http.Error(w, "not supported here", http.StatusBadRequest)
	}
}

// member is an element of a list.
type member struct {
	Endpoint, SubscriptionArn string `xml:",omitempty"`
	OutputKey, OutputValue    string `xml:",omitempty"`
}

func (a *AWS) writeXML(w http.ResponseWriter, service, action, begin string, members []member, end string) {
	if code := a.Denied[service+":"+action]; code != "" {
		writeXMLError(w, http.StatusForbidden, code, service+":"+action+" was refused")
		return
	}
	list, err := xml.Marshal(members)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s%[3]s%[4]s</%[1]sResult></%[1]sResponse>", action, begin, list, end)
}

func writeXMLError(w http.ResponseWriter, status int, code, message string) {
	type problem struct{ Type, Code, Message string }
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		Error   problem
	}{Error: problem{"Sender", code, message}})
}

// writeCBOR writes an answer of CloudWatch.
func writeCBOR(w http.ResponseWriter, status int, value cbor.Value) {
	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.WriteHeader(status)
	_, _ = w.Write(cbor.Encode(value))
}
