"""A proxy to the server at sys.argv[1], in which each request goes wrong three times before it goes well: its answer is lost, it is
refused for a while, and its token has ended early. What curl sends is let through: with it the documents look at the outcome. Prints
the URL at which it listens."""
import collections, hashlib, http.client, http.server, signal, sys, threading

LOCK, seen = threading.Lock(), collections.Counter()


class Proxy(http.server.BaseHTTPRequestHandler):
    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        times = self.times_before(body)
        if times == 1:
            return self.answer(503, {"Retry-After": "1"}, b'{"detail": "Bad weather."}')
        if times == 2:  # of a token request, 401 would be about the credentials
            status = 429 if "/application/" in self.path else 401
            return self.answer(status, {"Retry-After": "1"}, b'{"detail": "Bad weather."}')
        server = http.client.HTTPConnection(sys.argv[1], timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        server.request(self.command, self.path, body or None, headers)
        answer = server.getresponse()
        content = answer.read()
        if times == 0:
            return self.connection.close()
        unwanted = ("content-length", "connection", "date")
        self.answer(answer.status, {name: value for name, value in answer.getheaders() if name.lower() not in unwanted}, content)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_request

    def times_before(self, body):
        """How many times the request has come before."""
        if self.headers.get("User-Agent", "").startswith("curl/"):
            return 3
        request = hashlib.sha256(f"{self.command} {self.path} ".encode() + body).digest()
        with LOCK:
            seen[request] += 1
            return seen[request] - 1

    def answer(self, status, headers, content):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit())
proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(f"http://127.0.0.1:{proxy.server_port}", flush=True)
proxy.serve_forever()
