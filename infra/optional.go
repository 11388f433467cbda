package infra

import "github.com/aws/jsii-runtime-go"

// optional is a text for CDK; nil, which means that it is left out, if it is empty.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return jsii.String(text)
}
