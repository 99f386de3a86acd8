package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"allod/internal/freeport"
)

// Servers from Debian that a home is measured beside. Neither syncs what it writes.

// nginxSettings are one worker for each core, as Debian has it, and a body of any size.
const nginxSettings = `daemon off;
worker_processes auto;
pid FOLDER/nginx.pid;
error_log FOLDER/error.log;
events { worker_connections 100; }
http {
	access_log off;
	sendfile on;
	keepalive_requests 1000000;
	client_max_body_size 0;
	client_body_temp_path FOLDER/body;
	proxy_temp_path FOLDER/proxy;
	fastcgi_temp_path FOLDER/fastcgi;
	uwsgi_temp_path FOLDER/uwsgi;
	scgi_temp_path FOLDER/scgi;
	server {
		listen ADDR;
		root FOLDER/files;
		location / {
			dav_methods PUT DELETE MKCOL COPY MOVE;
			create_full_put_path on;
			client_body_in_file_only off;
		}
	}
}
`

// errAbsent is why a server is not measured.
var errAbsent = errors.New("not measured: run script/setup first")

// startNginx starts its module for WebDAV over a folder. What it returns ends it.
func startNginx(ctx context.Context, folder string) (*davServer, func(), error) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx"
	}
	if _, err := os.Stat(program); err != nil {
		return nil, nil, errAbsent
	}
	addr, err := freeport.On("127.0.0.1")
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(filepath.Join(folder, "files"), 0o777); err != nil {
		return nil, nil, err
	}
	settings := strings.NewReplacer("FOLDER", folder, "ADDR", addr).Replace(nginxSettings)
	if os.Getuid() == 0 {
		settings = "user root;\n" + settings
	}
	at := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(at, []byte(settings), 0o600); err != nil {
		return nil, nil, err
	}
	s := &davServer{name: "nginx", addr: addr, data: filepath.Join(folder, "files")}
	end, err := s.launch(ctx, exec.Command(program, "-c", at, "-e", filepath.Join(folder, "error.log")))
	return s, end, err
}

// startRclone starts its server for WebDAV over a folder.
func startRclone(ctx context.Context, folder string) (*davServer, func(), error) {
	program, err := exec.LookPath("rclone")
	if err != nil {
		return nil, nil, errAbsent
	}
	addr, err := freeport.On("127.0.0.1")
	if err != nil {
		return nil, nil, err
	}
	data := filepath.Join(folder, "files")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, nil, err
	}
	s := &davServer{name: "rclone", addr: addr, data: data}
	end, err := s.launch(ctx, exec.Command(program, "serve", "webdav", "--addr", addr, "--config", filepath.Join(folder, "none"), data))
	return s, end, err
}

// launch starts a server and waits until it takes connections.
func (s *davServer) launch(ctx context.Context, cmd *exec.Cmd) (end func(), err error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s.pid = cmd.Process.Pid
	end = func() {
		_ = cmd.Process.Signal(os.Interrupt) // nginx ends its workers on it
		gone := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		gone.Stop()
	}
	for range 500 {
		if c, err := net.Dial("tcp", s.addr); err == nil {
			return end, c.Close()
		}
		select {
		case <-ctx.Done():
			end()
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	end()
	return nil, fmt.Errorf("%s does not answer", s.name)
}
