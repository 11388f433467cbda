package faults_test

import (
	"io"
	"net"
	"testing"

	"tally/test/faults"
)

// Each fault of a connection comes at its turn, before or within the server's answer.
func TestFaultsOfDatabases(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() { // repeats what it hears
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn) }()
		}
	}()
	for _, test := range []struct {
		name  string
		fault faults.DBFault
		want  string // what comes in all
		turns int
	}{
		{"none", faults.DBFault{}, "onetwothree", 3},
		{"cut before", faults.DBFault{How: faults.CutBefore}, "one", 2},
		{"reset before", faults.DBFault{How: faults.ResetBefore}, "one", 2},
		{"cut within the answer", faults.DBFault{How: faults.CutAnswer, Bytes: 1}, "onet", 2},
		{"cut behind the answer", faults.DBFault{How: faults.CutAnswer, Bytes: 3}, "onetwo", 2},
	} {
		proxy, err := faults.StartDBProxy(server.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		port, after, heard := 0, make(chan int, 1), make(chan string, 9)
		proxy.Hear = func(answer []byte) { heard <- string(answer) }
		proxy.Plan(func(turn faults.Turn) faults.DBFault {
			if turn.N != 2 {
				return faults.DBFault{}
			}
			fault := test.fault
			fault.Do = func(at int) { port = at }
			fault.After = func(at int) { after <- at }
			if !turn.Says("TWO") {
				t.Errorf("%s: the client says %q", test.name, turn.Said)
			}
			return fault
		})
		conn, err := net.Dial("tcp", proxy.Address)
		if err != nil {
			t.Fatal(err)
		}
		got, answer := "", make([]byte, 8)
		for _, word := range []string{"one", "two", "three"} {
			if _, err := io.WriteString(conn, word); err != nil {
				break
			}
			n, err := io.ReadFull(conn, answer[:len(word)])
			got += string(answer[:n])
			if err != nil {
				break
			}
		}
		if got != test.want || proxy.Turns() != test.turns || port == 0 {
			t.Errorf("%s: got %q in %d turns (port %d), want %q in %d", test.name, got, proxy.Turns(), port, test.want, test.turns)
		}
		_ = conn.Close()
		_ = proxy.Close()
		if first := <-heard; first != "one" {
			t.Errorf("%s: the server was heard to say %q", test.name, first)
		}
		if cut := test.fault.How == faults.CutBefore || test.fault.How == faults.ResetBefore; !cut && <-after != port {
			t.Errorf("%s: what comes after the turn has another port", test.name)
		} else if cut && len(after) > 0 {
			t.Errorf("%s: the server got the turn", test.name)
		}
	}
}
