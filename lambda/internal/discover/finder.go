// Package discover asks AWS for what an environment file needs: the ids of a database and
// its network, or of a bucket. It only reads. What must be done by hand first, and what is
// good to know, comes with the facts as sentences.
package discover

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"tally/lambda/internal/s3source"
	"tally/lambda/spelling"
)

// Advice is what a person should read about the facts.
type Advice struct {
	Steps []string // to be done before the first deploy
	Notes []string // good to know
}

func (a *Advice) note(format string, args ...any) {
	a.Notes = append(a.Notes, fmt.Sprintf(format, args...))
}

// Finder asks AWS in one region. [New] makes one.
type Finder struct {
	region string
	rds    *rds.Client
	ec2    *ec2.Client
	s3     *s3.Client
}

// New makes a finder for the region of the configuration.
func New(config aws.Config) *Finder {
	return &Finder{region: config.Region, rds: rds.NewFromConfig(config), ec2: ec2.NewFromConfig(config), s3: s3source.NewClient(config)}
}

// InputError says that the user's input is wrong.
type InputError struct{ error }

func inputError(format string, args ...any) error { return InputError{fmt.Errorf(format, args...)} }

// The codes that AWS's services have for the same kind of fault.
var (
	denied    = []string{"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden", "AllAccessDisabled"}
	throttled = []string{"Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown", "TooManyRequestsException"}
	refused   = []string{"AuthFailure", "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidClientTokenId", "OptInRequired", "RequestExpired", "SignatureDoesNotMatch"}
)

// hasCode tells whether AWS answered with one of the codes.
func hasCode(err error, codes ...string) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && slices.Contains(codes, answer.ErrorCode())
}

// fault says what to do about an error. action is the IAM action that the request needs.
func (f *Finder) fault(action string, err error) error {
	noHost := (*net.DNSError)(nil)
	switch {
	case err == nil:
		return nil
	case hasCode(err, denied...):
		return fmt.Errorf("these AWS credentials may not do %s in %s; allow it, docs/discovering.md lists all that is needed: %w", action, f.region, err)
	case hasCode(err, throttled...):
		return fmt.Errorf("AWS asks for fewer requests (%s); run this again in a minute: %w", action, err)
	case hasCode(err, refused...):
		return fmt.Errorf("AWS does not take these credentials in %s; log in again, check AWS_PROFILE, and see that the region is enabled for the account: %w", f.region, err)
	case errors.As(err, &noHost):
		return fmt.Errorf("%s is not found: either there is no region %s, or this machine has no way to AWS: %w", noHost.Name, f.region, err)
	}
	return fmt.Errorf("ask AWS (%s, in %s): %w", action, f.region, err)
}

// pager is a paginator of the SDK.
type pager[Page, Options any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*Options)) (*Page, error)
}

// all are the items of all pages.
func all[Item, Page, Options any](ctx context.Context, f *Finder, action string, pages pager[Page, Options], items func(*Page) []Item) ([]Item, error) {
	var found []Item
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, f.fault(action, err)
		}
		found = append(found, items(page)...)
	}
	return found, nil
}

// shownNames is how many names a message lists.
const shownNames = 5

// notFound lists the names that are nearest to the one that was asked for.
func (f *Finder) notFound(thing, name string, names []string) error {
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return inputError("there is no %s in %s, in the account of these credentials; write --region, or set AWS_PROFILE", thing, f.region)
	}
	slices.SortStableFunc(names, func(a, b string) int { // names that begin with what was asked for come first
		asked := strings.ToLower(name)
		distance := func(known string) int { return spelling.Distance(asked, known[:min(len(known), len(asked))]) }
		return distance(a) - distance(b)
	})
	more := ""
	if len(names) > shownNames {
		more = fmt.Sprintf(" and %d more", len(names)-shownNames)
		names = names[:shownNames]
	}
	return inputError("there is no %s %q in %s; the nearest are %s%s", thing, name, f.region, strings.Join(names, ", "), more)
}
