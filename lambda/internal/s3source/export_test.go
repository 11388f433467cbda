package s3source

import "context"

// List lists keys as the source does, some a page.
func List(ctx context.Context, client Client, bucket string, limit int, prefix string, take func(key string)) error {
	l := &lister{client: client, bucket: bucket, requests: make(chan struct{}, listers), limit: limit}
	return l.list(ctx, []string{prefix}, func(found []object) error {
		for _, o := range found {
			take(o.key)
		}
		return nil
	})
}
