"""A mail server of a few lines: it takes what Odoo sends, or refuses it."""

import email
import email.policy
import socketserver
import threading


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 catcher")
        sender = None
        while line := self.rfile.readline():
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb == "EHLO":
                self._say("250 catcher")
            elif verb == "MAIL":
                sender = command
                self._say("250 OK")
            elif verb == "RCPT" and self.server.catcher.is_refusing:
                self._say("550 Nobody of this name")
            elif verb == "DATA":
                self._say("354 Go on")
                self.server.catcher.keep(sender, self._read_message())
                self._say("250 Kept")
            elif verb == "QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 OK")

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def _read_message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class MailCatcher:
    """A real SMTP server on a free port of this machine, for the time of a test.

    ``messages`` holds what it was sent, parsed; while ``is_refusing`` it knows no recipient.
    """

    def __init__(self):
        self.messages, self.is_refusing = [], False
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.catcher = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def keep(self, sender, content):
        self.messages.append(email.message_from_bytes(content, policy=email.policy.default))

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
