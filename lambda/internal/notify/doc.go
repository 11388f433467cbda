// Package notify publishes messages to a topic of SNS.
package notify
