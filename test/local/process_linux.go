package local

import "syscall"

func childAttributes(onOurDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: onOurDeath}
}
