//go:build !linux

package local

import "syscall"

// Only Linux can tie a child's life to ours; elsewhere a killed test leaves its
// servers running.
func childAttributes(syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{}
}
