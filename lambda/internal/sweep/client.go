package sweep

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Client invokes functions over Lambda's API. It is not the SDK's, which takes as long to
// start as all else of the monitor and is 0.4 MB of its zip, for one request:
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
type Client struct {
	config   aws.Config
	endpoint string
	signer   *v4.Signer
	http     *awshttp.BuildableClient
}

// keepAlive is how often the connection to Lambda says that it is still there: a counter may
// say nothing for 15 minutes.
const keepAlive = 30 * time.Second

// NewClient makes a client of the configuration's region, or of its endpoint. It tries each
// invocation once and waits for its end: another try would count a slot twice, at its price.
func NewClient(config aws.Config) *Client {
	domain := "amazonaws.com"
	if strings.HasPrefix(config.Region, "cn-") {
		domain += ".cn"
	}
	return &Client{
		config:   config,
		endpoint: cmp.Or(aws.ToString(config.BaseEndpoint), "https://lambda."+config.Region+"."+domain),
		signer:   v4.NewSigner(),
		http:     awshttp.NewBuildableClient().WithDialerOptions(func(dialer *net.Dialer) { dialer.KeepAlive = keepAlive }),
	}
}

// Refusal is Lambda's own answer that it did not invoke the function.
type Refusal struct {
	Status  int    // of HTTP
	Kind    string // such as TooManyRequestsException
	Message string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s (%d): %s", r.Kind, r.Status, r.Message) }

// Invoke implements [Lambda]. Without a *Refusal, an error means that there was no answer.
func (c *Client) Invoke(ctx context.Context, function string, payload []byte) (Reply, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost,
		c.endpoint+"/2015-03-31/functions/"+url.PathEscape(function)+"/invocations", bytes.NewReader(payload))
	if err != nil {
		return Reply{}, err
	}
	credentials, err := c.config.Credentials.Retrieve(ctx)
	if err != nil {
		return Reply{}, fmt.Errorf("sign: %w", err)
	}
	hash := sha256.Sum256(payload)
	if err := c.signer.SignHTTP(ctx, credentials, request, hex.EncodeToString(hash[:]), "lambda", c.config.Region, time.Now()); err != nil {
		return Reply{}, fmt.Errorf("sign: %w", err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return Reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Reply{}, err
	}
	if response.StatusCode != http.StatusOK {
		kind, _, _ := strings.Cut(response.Header.Get("X-Amzn-ErrorType"), ":") // a URL may follow
		refusal := &Refusal{Status: response.StatusCode, Kind: kind}
		_ = json.Unmarshal(body, &struct{ Message *string }{&refusal.Message}) // the kind says enough
		return Reply{}, refusal
	}
	return Reply{Failed: response.Header.Get("X-Amz-Function-Error") != "", Payload: body}, nil
}
