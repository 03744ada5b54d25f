#!/usr/bin/env python3
"""Mail: `mail.py server CERT KEY` answers SMTP (25, 587 with STARTTLS), POP3 (110) and IMAP (143);
`mail.py client HOST` sends a message and reads it with Python's own mail libraries."""
import email.message, imaplib, poplib, smtplib, socketserver, ssl, sys, threading

LETTER = b"From: ada@shop.example\r\nTo: grace@shop.example\r\nSubject: Lamps\r\n\r\nTwo storm lamps, please.\r\n"


class Talk(socketserver.StreamRequestHandler):
    def say(self, *lines):
        for line in lines:
            self.wfile.write(line.encode() + b"\r\n" if isinstance(line, str) else line)

    def words(self):
        return self.rfile.readline().decode().split()


class Smtp(Talk):
    def handle(self):
        self.say("220 mail.shop.example ESMTP")
        while words := self.words():
            verb = words[0].upper()
            if verb == "EHLO":
                self.say("250-mail.shop.example", "250-SIZE 1000000", "250 STARTTLS")
            elif verb == "STARTTLS":
                self.say("220 go ahead")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*sys.argv[2:4])
                self.request = context.wrap_socket(self.request, server_side=True)
                self.setup()
            elif verb == "DATA":
                self.say("354 end with a dot")
                while self.rfile.readline().strip() != b".":
                    pass
                self.say("250 taken")
            elif verb == "RCPT" and "nobody" in words[1]:
                self.say("550 no such mailbox")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    return


class Pop(Talk):
    def handle(self):
        self.say("+OK POP3 ready")
        while words := self.words():
            verb = words[0].upper()
            self.say({"STAT": f"+OK 1 {len(LETTER)}", "PASS": "-ERR no" if words[-1] == "wrong" else "+OK"}.get(verb, "+OK"))
            if verb == "RETR":
                self.say(LETTER, ".")
            if verb == "QUIT":
                return


class Imap(Talk):
    def handle(self):
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        while words := self.words():
            tag, verb = words[0], words[1].upper()
            if verb == "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1")
            elif verb == "SELECT":
                self.say("* 1 EXISTS", "* 0 RECENT", "* FLAGS (\\Seen)")
            elif verb == "FETCH":
                self.say(f"* 1 FETCH (RFC822 {{{len(LETTER)}}}", LETTER + b")\r\n")
            elif verb == "LOGOUT":
                self.say("* BYE")
            self.say(f"{tag} OK {verb} done")
            if verb == "LOGOUT":
                return


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


if sys.argv[1] == "server":
    for port, kind in ((25, Smtp), (587, Smtp), (110, Pop), (143, Imap)):
        threading.Thread(target=Server(("", port), kind).serve_forever).start()
else:
    letter = email.message.EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "Lamps", "ada@shop.example", "grace@shop.example"
    letter.set_content("Two storm lamps, please.")
    with smtplib.SMTP(sys.argv[2], 25, "laptop.example") as s:
        s.send_message(letter)
        try:
            s.send_message(letter, to_addrs=["nobody@shop.example"])
        except smtplib.SMTPException:
            pass
    with smtplib.SMTP(sys.argv[2], 587, "laptop.example") as s:
        s.starttls()
        s.send_message(letter)
    pop = poplib.POP3(sys.argv[2])
    pop.user("grace"), pop.pass_("secret"), pop.stat(), pop.retr(1), pop.quit()
    imap = imaplib.IMAP4(sys.argv[2])
    imap.login("grace", "secret"), imap.select(), imap.fetch("1", "(RFC822)"), imap.logout()
