package sweep

import (
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// keepAlive is how often the connection to Lambda says that it is still there: a counter may
// say nothing for 15 minutes.
const keepAlive = 30 * time.Second

// NewClient makes a client that tries each invocation once and waits for its end: another
// try would count a slot twice, at its price. The HTTP client of the SDK has no read
// timeout of its own.
func NewClient(config aws.Config) *lambda.Client {
	return lambda.NewFromConfig(config, func(options *lambda.Options) {
		options.Retryer = aws.NopRetryer{}
		options.HTTPClient = awshttp.NewBuildableClient().WithDialerOptions(func(dialer *net.Dialer) {
			dialer.KeepAlive = keepAlive
		})
	})
}
