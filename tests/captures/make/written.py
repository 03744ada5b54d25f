#!/usr/bin/env python3
"""Conversations that no server here speaks, written down by their specifications: written.py rdp|dht|prepared FILE
rdp: [MS-RDPBCGR] 4.1, unencrypted, with RC4, refused; dht: BEP 5, 32, 51; prepared: MySQL's binary protocol."""
import struct, sys

P = struct.pack


class Capture:
    """Frames of whole messages between a client and a server, a millisecond apart."""
    def __init__(self):
        self.out, self.time, self.seq = P("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1), 1_600_000_000_000_000, {}

    def ip(self, up, proto, head, data, at):
        ends = bytes([198, 51, 100, 2]), bytes([192, 0, 2, 10])
        ends = ends if up else ends[::-1]
        size = len(head) + len(data)
        check = total(ends[0] + ends[1] + P(">HH", proto, size) + head + data)
        head = head[:at] + P(">H", check) + head[at + 2:]
        ip = P(">BBHHHBBH", 0x45, 0, 20 + size, 1, 0, 64, proto, 0) + ends[0] + ends[1]
        ip = ip[:10] + P(">H", total(ip)) + ip[12:]
        macs = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
        frame = b"".join(macs if up else macs[::-1]) + b"\x08\0" + ip + head + data
        self.time += 1000
        self.out += P("<IIII", self.time // 1_000_000, self.time % 1_000_000, len(frame), len(frame)) + frame

    def udp(self, up, ports, data):
        ports = ports if up else ports[::-1]
        self.ip(up, 17, P(">HHHH", *ports, 8 + len(data), 0), data, 6)

    def tcp(self, up, ports, data, flags=0x18):
        me, it = ports if up else ports[::-1]
        seq, ack = self.seq.setdefault((me, it), 1000), self.seq.setdefault((it, me), 5000)
        head = P(">HHIIBBHHH", me, it, seq, ack if flags & 16 else 0, 0x50, flags, 65535, 0, 0)
        self.ip(up, 6, head, data, 16)
        self.seq[me, it] = seq + len(data) + (1 if flags & 3 else 0)

    def connection(self, ports, messages):
        for up, flags in (True, 2), (False, 0x12), (True, 0x10):
            self.tcp(up, ports, b"", flags)
        for who, message in messages:
            self.tcp(who == "c", ports, message)
        for up, flags in (True, 0x11), (False, 0x11), (True, 0x10):
            self.tcp(up, ports, b"", flags)


def total(data):
    data += b"\0" * (len(data) % 2)
    s = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


capture = Capture()

# RDP
def tpkt(x): return b'\3\0'+P('>H',len(x)+4)+x
def dt(x): return tpkt(b'\2\xf0\x80'+x)
def cr(v,code=0xe0): return tpkt(bytes([6+len(v),code,0,0,0,0,0])+v)
neg=lambda t,f,p: P('<BBHI',t,f,8,p)
text=lambda s,n=None:(s.encode('utf-16-le')+b'\0\0').ljust(n or 0,b'\0')
def ber(t,c):
    l=len(c); return t+(bytes([l]) if l<128 else b'\x82'+P('>H',l))+c
I=lambda n:ber(b'\2',n.to_bytes((n.bit_length()+7)//8 or 1,'big'))
par=lambda a:ber(b'\x30',b''.join(map(I,a)))
D=[34,2,0,1,0,1,65535,2]
def blk(t,c): return P('<HH',t,len(c)+4)+c
def core(full=True): 
    x=P('<HHHHHHII',4,8,1920,1080,0xca01,0xaa03,0x409,19041)+text('DESKTOP-1',32)+P('<III',4,0,12)+b'\0'*64
    x+=P('<HHIHHH',0xca01,1,0,24,15,0x3f)+text('55274',64)+b'\6\0'+P('<I',1)
    if full: x+=P('<IIHII',300,200,0,100,100)
    return blk(0xc001,x)
client=core()+blk(0xc004,P('<II',0xd,0))+blk(0xc002,P('<II',0x1b,0))+blk(0xc003,P('<I',2)+b'rdpdr\0\0\0'+P('<I',0x80800000)+b'cliprdr\0'+P('<I',0xc0a00000))
client+=blk(0xc005,P('<II',0,2)+P('<iiiiI',0,0,1919,1079,1)+P('<iiiiI',-1920,0,-1,1079,0))+blk(0xc006,P('<I',0))+blk(0xc008,P('<III',0,20,2)+P('<IIIII',1,2,0,100,100)*2)+blk(0xc00a,P('<I',0x105))+blk(0xc00c,b'\1\2\3\4')
def per(n): return bytes([n]) if n<128 else P('>H',0x8000|n)
def ccreq(d):
    u=b'\0\x08\0\x10\0\1\xc0\0Duca'+per(len(d))+d
    return b'\0\5\0\x14\x7c\0\1'+per(len(u))+u
def ccrsp(d):
    u=b'\x14\x76\x0a\1\1\0\1\xc0\0McDn'+per(len(d))+d
    return b'\0\5\0\x14\x7c\0\1'+b'\x2a'+u
ci=ber(b'\x7f\x65',ber(b'\4',b'\1')+ber(b'\4',b'\1')+ber(b'\1',b'\xff')+par(D)+par([1,1,1,1,0,1,1056,2])+par([65535,64535,65535,1,0,1,65535,2])+ber(b'\4',ccreq(client)))
def crs(level,cid=True):
    s=blk(0x0c01,P('<HHII',4,8,0,1))+blk(0x0c03,P('<HHHH',1003,2,1004,1005))+blk(0x0c02,P('<II',0,0) if not level else P('<IIII',2,2,32,8)+b'r'*32+b'c'*8)+blk(0x0c04,P('<H',1007))+blk(0x0c08,P('<I',0x301))
    return ber(b'\x7f\x66',ber(b'\n',b'\0')+I(0)+par(D)+ber(b'\4',ccrsp(s)))
def send(d,k=0x64,ch=1003): return dt(bytes([k])+P('>HH',6,ch)+b'\x70'+per(len(d))+d)
tz=P('<i',-60)+text('CET',64)+P('<8H',0,10,0,5,3,0,0,0)+P('<i',0)+text('CEST',64)+P('<8H',0,3,0,5,2,0,0,0)+P('<i',-60)
def info():
    dom,usr,pw,sh,wd=text('CORP'),text('ada'),text('secret'),text(''),text('C:\\')
    return P('<II',0x409,0x1f3)+b''.join(P('<H',len(x)-2) for x in(dom,usr,pw,sh,wd))+dom+usr+pw+sh+wd+P('<HH',2,len(text('10.0.0.1')))+text('10.0.0.1')+P('<H',len(text('C:\\x')))+text('C:\\x')+tz+P('<II',0,7)+P('<H',0)+P('<HH',0,0)
sec=lambda f,x,hi=0:P('<HH',f,hi)+x
lic=lambda t,x:bytes([t,3])+P('<H',len(x)+4)+x
errlic=lic(0xff,P('<II',7,2)+P('<HH',4,0))
def share(t,x): return P('<HHH',len(x)+6,t|0x10,1002)+x
def data(t,x): return share(7,P('<IBBHBBH',0x103ea,0,1,len(x)+18,t,0,0)+x)
caps=b''.join(P('<HH',t,4+len(c))+c for t,c in((1,b'\1\0\3\0'+b'\0'*16),(2,b'\x18\0'+b'\0'*22),(8,b'\1\0\x14\0'),(0x14,P('<II',1,1600))))
demand=share(1,P('<IHH',0x103ea,4,len(caps)+4)+b'RDP\0'+P('<HH',4,0)+caps+P('<I',0))
confirm=share(3,P('<IHHH',0x103ea,1002,6,len(caps)+4)+b'MSTSC\0'+P('<HH',4,0)+caps)
def session(level):
    m=[('c',cr(b'Cookie: mstshash=ada\r\n'+neg(1,9,0)+P('<BBH',6,0,36)+b'i'*16+b'\0'*16)),('s',cr(neg(2,0x1f,0),0xd0)),('c',dt(ci)),('s',dt(crs(level))),('c',dt(b'\x04\1\0\1\0')),('c',dt(b'\x28')),('s',dt(b'\x2e\0\0\6')),('c',dt(b'\x38\0\6\3\xef')),('s',dt(b'\x3e\0\0\6\3\xef\3\xef'))]
    if level: m+=[('c',send(sec(0x201,P('<I',16)+b'e'*16))),('c',send(sec(0x48,b'S'*8+b'x'*40)))]
    else: m+=[('c',send(sec(0x40,info())))]
    m+=[('s',send(sec(0x80,lic(1,b'r'*40)) if not level else sec(0x88,b'S'*8+lic(1,b'r'*40)),0x68))]
    m+=[('s',send(sec(0x80,errlic),0x68))]
    if not level:
        m+=[('s',send(demand,0x68)),('c',send(confirm)),('c',send(data(31,P('<HH',1,1002)))),('c',send(data(20,P('<HHI',4,0,0)))),('c',send(data(20,P('<HHI',1,0,0)))),
         ('c',send(data(43,b'\0'*20))),('c',send(data(39,P('<HHHH',0,0,3,50)))),('s',send(data(31,P('<HH',1,1002)),0x68)),('s',send(data(20,P('<HHI',4,0,0)),0x68)),('s',send(data(20,P('<HHI',2,6,1002)),0x68)),('s',send(data(40,P('<HHHH',0,0,3,4)),0x68)),
         ('s',send(data(47,P('<I',0x1000)),0x68)),('s',send(data(38,P('<III',16,0,0)),0x68)),('s',send(P('<II',12,3)+b'D'*12,0x68,1004)),('c',send(P('<II',12,0x13)+b'D'*12,0x64,1005)),('s',send(share(6,P('<IHH',0x103ea,1,0)+b'\0'),0x68))]
    m+=[('s',send(sec(0x1000,P('<BBHH',6,0,1,1)),0x68,1007)),('c',send(sec(0x2000,P('<BBHH',6,1,1,0)),0x64,1007)),('s',send(sec(0x4000,P('<BBBB',0,1,3,5)),0x68,1007))]
    m+=[('c',b'\x04\x08'+b'\0\x1c'+b'\x80\x1c\0'[:2]),('c',b'\x04\x09'+b'\x20\0\x88\1\0\2\0')]
    m+=[('s',b'\0\x0c'+b'\5'+b'\0\0'+b'\1\4\0abcd'),('s',dt(b'\x21\x80'))]
    return m
def rdp():
    capture.connection((50000, 3389), session(0))
    capture.connection((50001, 3389), session(1))
    capture.connection((50002, 3389), [("c", cr(b"Cookie: msts=3640205228.15629.0000\r\n" + neg(1, 0, 11))), ("s", cr(neg(3, 0, 5), 0xD0))])


# BitTorrent DHT
NODE=b'abcdefghij0123456789'
def be(x):
    if isinstance(x,int): return b'i%de'%x
    if isinstance(x,bytes): return b'%d:'%len(x)+x
    if isinstance(x,list): return b'l'+b''.join(map(be,x))+b'e'
    return b'd'+b''.join(be(k)+be(x[k]) for k in sorted(x))+b'e'
m=[{b'a':{b'id':NODE},b'q':b'ping',b't':b'aa',b'y':b'q'},{b'r':{b'id':NODE},b't':b'aa',b'y':b'r'},
 {b'a':{b'id':NODE,b'info_hash':b'\1'*20,b'want':[b'n4',b'n6'],b'noseed':1,b'scrape':1},b'q':b'get_peers',b't':b'\0\1',b'y':b'q',b'ro':1,b'v':b'LT\1\2'},
 {b'r':{b'id':NODE,b'token':b'aoeusnth',b'values':[b'\x0a\0\0\1\x1a\xe1',b'\x0a\0\0\2\x1a\xe2']},b't':b'\0\1',b'y':b'r',b'ip':b'\x0a\0\0\1\x1a\xe1'},
 {b'r':{b'id':NODE,b'token':b'to',b'nodes':NODE+b'\x0a\0\0\1\x1a\xe1',b'nodes6':NODE+b'\x20\1'+b'\0'*13+b'\1\x1a\xe1',b'values':[b'\x20\1'+b'\0'*13+b'\2\x1a\xe1']},b't':b'\0\2',b'y':b'r'},
 {b'a':{b'id':NODE,b'implied_port':1,b'info_hash':b'\2'*20,b'port':6881,b'token':b'aoeusnth'},b'q':b'announce_peer',b't':b'aa',b'y':b'q'},
 {b'e':[201,b'A Generic Error Ocurred'],b't':b'aa',b'y':b'e'},
 {b'r':{b'BFpe':b'\0'*8,b'BFsd':b'\1'*8,b'id':NODE,b'interval':60,b'num':2,b'samples':b'\3'*40,b'x':{},b'z':[]},b't':b'aa',b'y':b'r'},
 {b'r':{b'id':NODE,b'nodes':b'',b'values':[]},b't':b'',b'y':b'r'},{b'a':{b'id':NODE,b'k':b'\0'*32,b'seq':-4,b'sig':b's'*64,b'v':[1,b'x',{b'q':1}]},b'q':b'put',b't':b'aa',b'y':b'q'}]
def dht():
    for k, message in enumerate(m):
        capture.udp(k % 2 == 0, (6881, 6882), be(message))
    for odd in be(m[3])[:60], b"d1:ad2:id20:abc", b"d1:rd2:id20:" + NODE + b"5:nodesi4eee":
        capture.udp(True, (6881, 6882), odd)


# MySQL: a statement is prepared, executed with values of all kinds, fetched by a cursor, closed.
def lenenc(b): return bytes([len(b)]) + b
def col(name, kind, flags): return lenenc(b"def") + lenenc(b"shop") + lenenc(b"t") * 2 + lenenc(name) * 2 + b"\x0c" + P("<HIBHBH", 45, 80, kind, flags, 0, 0)
EOF = lambda status: b"\xfe" + P("<HH", 0, status)
OK = b"\0\0\0\2\0\0\0"


def numbered(first, *packets): return b"".join(P("<I", len(p))[:3] + bytes([n]) + p for n, p in enumerate(packets, first))


def prepared():
    can = 0x3FA68D & ~0x20 | 0xB0000
    moment = b"\x0b" + P("<HBBBBBI", 2024, 1, 2, 3, 4, 5, 678000)
    clock = b"\x08\1" + P("<IBBB", 1, 2, 3, 4)
    kinds = [(b"a", 3, 0x4203), (b"b", 253, 1), (b"c", 5, 0), (b"d", 12, 0x80), (b"e", 11, 0x80), (b"f", 8, 0x20), (b"g", 246, 0),
             (b"j", 1, 0), (b"k", 4, 0), (b"l", 10, 0x80), (b"y", 13, 0x20), (b"s", 2, 0)]
    cols = [col(*kind) for kind in kinds]
    full = b"\0\0\0" + P("<i", 1) + lenenc(b"eins") + P("<d", 1.5) + moment + clock + P("<Q", 2**64 - 1) + lenenc(b"3.14") + P("<bf", -5, 2.5)
    full += b"\4" + P("<HBB", 2023, 5, 6) + P("<Hh", 2020, -7)
    none = b"\0\xf0\x3f" + P("<i", 2) + lenenc(b"zwei")
    execute = lambda flags, rest: b"\x17" + P("<IBI", 1, flags, 1) + rest
    greeting = b"\x0a8.0.36\0" + P("<I", 7) + b"saltsalt\0" + P("<HBHHB", can & 0xFFFF, 45, 2, can >> 16 | 0x100, 21) + bytes(10) + b"moresaltmore\0mysql_native_password\0"
    login = P("<IIB23x", can, 1 << 24, 45) + b"ada\0" + lenenc(b"x" * 20) + b"shop\0mysql_native_password\0"
    capture.connection((50010, 3306), [
        ("s", numbered(0, greeting)), ("c", numbered(1, login)), ("s", numbered(2, OK)),
        ("c", numbered(0, b"\x16select * from t where a < ? and b <> ?")),
        ("s", numbered(1, b"\0" + P("<IHHBH", 1, 12, 2, 0, 0), col(b"?", 253, 0x80), col(b"?", 253, 0x80), EOF(2), *cols, EOF(2))),
        ("c", numbered(0, execute(0, b"\0\1" + b"\3\0\xfd\0" + P("<i", 100) + lenenc(b"hallo")))),
        ("s", numbered(1, b"\x0c", *cols, EOF(0x22), full, none, EOF(0x22))),
        ("c", numbered(0, execute(1, b"\2\1" + b"\x08\x80\6\0" + P("<Q", 100)))),
        ("s", numbered(1, b"\x0c", *cols, EOF(0x62))),
        ("c", numbered(0, b"\x1c" + P("<II", 1, 1))), ("s", numbered(1, none, EOF(0xC2))),
        ("c", numbered(0, b"\x18" + P("<IH", 1, 1) + b"piece")),
        ("c", numbered(0, execute(0, b"\0\1" + b"\x0c\0\xfc\0" + moment))), ("s", numbered(1, b"\xff" + P("<H", 1064) + b"#42000no")),
        ("c", numbered(0, execute(0, b"\0\1" + b"\x0b\0\1\x80" + clock + b"\xff"))), ("s", numbered(1, OK + b"\x05found")),
        ("c", numbered(0, b"\x1a" + P("<I", 1))), ("s", numbered(1, OK)),
        ("c", numbered(0, b"\3select 1; select 'zwei', null")),
        ("s", numbered(1, b"\1", col(b"1", 3, 0x81), EOF(0x0A), b"\x011", EOF(0x0A), b"\2", col(b"zwei", 253, 1), col(b"n", 6, 0), EOF(2), b"\4zwei\xfb", EOF(2))),
        ("c", numbered(0, b"\4t\0")), ("s", numbered(1, col(b"a", 3, 3) + b"\0010", EOF(2))),
        ("c", numbered(0, b"\7\x05")), ("s", numbered(1, OK)), ("c", numbered(0, b"\x1b\1\0")), ("s", numbered(1, EOF(2))),
        ("c", numbered(0, b"\x11eve\0" + lenenc(b"y" * 20) + b"shop\0\x2d\0mysql_native_password\0")), ("s", numbered(1, b"\xfemysql_native_password\0othersalt\0")),
        ("c", numbered(2, b"z" * 20)), ("s", numbered(3, OK)),
        ("c", numbered(0, b"\x15" + P("<I", 9) + lenenc(b"host") + lenenc(b"user") + lenenc(b"pw") + P("<HII", 3306, 0, 0))), ("s", numbered(1, OK)),
        ("c", numbered(0, b"\x12" + P("<IHI", 4, 2, 9) + b"bl.000001")), ("c", numbered(0, b"\x19" + P("<I", 1))), ("c", numbered(0, b"\1"))])


{"rdp": rdp, "dht": dht, "prepared": prepared}[sys.argv[1]]()
open(sys.argv[2], "wb").write(capture.out)
