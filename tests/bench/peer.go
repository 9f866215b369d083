// SPDX-License-Identifier: BSD-2-Clause

// The checks of the three example policies by hand, as a filter of go-milter: what a few lines of Go cost.
package main

import (
	"io"
	"log"
	"net"
	"os"
	"strings"

	"github.com/emersion/go-milter"
)

var network = net.IPNet{IP: net.IPv4(172, 31, 0, 0).To4(), Mask: net.CIDRMask(16, 32)}

var refused = milter.NewResponseStr('y', "550 5.7.1 Access denied")

type connection struct {
	inside bool
}

type message struct {
	milter.NoOpMilter
	connection *connection
	listed     bool
}

func (m *message) Connect(host string, family string, port uint16, addr net.IP, _ *milter.Modifier) (milter.Response, error) {
	m.connection.inside = addr != nil && network.Contains(addr)
	return milter.RespContinue, nil
}

func (m *message) MailFrom(from string, _ *milter.Modifier) (milter.Response, error) {
	m.listed = false
	if !m.connection.inside || from != "no-reply@example.net" {
		return refused, nil
	}
	return milter.RespContinue, nil
}

func (m *message) RcptTo(to string, _ *milter.Modifier) (milter.Response, error) {
	m.listed = m.listed || strings.HasSuffix(to, "@example.org")
	return milter.RespContinue, nil
}

// The library has no event for DATA.
func (m *message) Body(_ *milter.Modifier) (milter.Response, error) {
	if !m.listed {
		return refused, nil
	}
	return milter.RespAccept, nil
}

// A listener that gives out one connection: the library makes a new message after each, and tells it nothing of its connection.
type single struct {
	net.Listener
	next net.Conn
}

func (s *single) Accept() (net.Conn, error) {
	next := s.next
	s.next = nil
	if next == nil {
		return nil, io.EOF
	}
	return next, nil
}

func (s *single) Close() error {
	return nil
}

func serve(conn net.Conn) {
	state := &connection{}
	server := milter.Server{
		NewMilter: func() milter.Milter { return &message{connection: state} },
		Protocol:  milter.OptNoHelo | milter.OptNoHeaders | milter.OptNoEOH | milter.OptNoBody,
	}
	server.Serve(&single{next: conn})
}

func main() {
	listener, err := net.Listen("unix", strings.TrimPrefix(os.Args[len(os.Args)-1], "unix:"))
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		serve(conn)
	}
}
