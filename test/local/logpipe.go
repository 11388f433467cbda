package local

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"os"
	"time"
)

// logPipe carries an output stream of a process, a line at a time.
type logPipe struct {
	in, out *os.File // in is the process's end
	mark    []byte
	marks   chan struct{} // one for each mark that came through
	done    chan struct{} // closed after the last line
}

// newLogPipe hands every line with its newline to emit.
func newLogPipe(emit func(line []byte)) (*logPipe, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &logPipe{
		in:    in,
		out:   out,
		mark:  []byte("\x00" + rand.Text() + "\n"),
		marks: make(chan struct{}),
		done:  make(chan struct{}),
	}
	go p.copy(emit)
	return p, nil
}

func (p *logPipe) copy(emit func(line []byte)) {
	defer close(p.done)
	var line []byte
	for lines := bufio.NewReader(p.out); ; {
		part, err := lines.ReadBytes('\n')
		before, marked := bytes.CutSuffix(part, p.mark)
		line = append(line, before...)
		switch {
		case marked: // the rest of a line it may have cut is still to come
			p.marks <- struct{}{}
		case err == nil:
			emit(line)
			line = line[:0]
		default:
			if len(line) > 0 {
				emit(append(line, '\n'))
			}
			return
		}
	}
}

// flush waits until all lines that were written before have been handed on: a
// mark sent after them through the same pipe has arrived.
func (p *logPipe) flush() {
	if _, err := p.in.Write(p.mark); err != nil {
		return // closed
	}
	select {
	case <-p.marks:
	case <-p.done:
	}
}

// close waits for the last lines of a process that has ended. A child of that process may
// still run: close does not wait long for its lines.
func (p *logPipe) close() {
	_ = p.in.Close()
	_ = p.out.SetReadDeadline(time.Now().Add(time.Second))
	<-p.done
	_ = p.out.Close()
}
