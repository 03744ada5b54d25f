#!/usr/bin/env python3
"""Messages of protocols that no server here speaks, written byte by byte: messages.py FOLDER. For what is read, not for times."""
import sys
import struct
class Cap:
    def __init__(s,path): s.f = open(path,'wb'); s.f.write(struct.pack('<IHHiIII',0xa1b2c3d4,2,4,0,0,65535,1)); s.t=1700000000.0; s.seq={}
    def rec(s,b): s.t+=0.01; s.f.write(struct.pack('<IIII',int(s.t),int((s.t%1)*1e6),len(b),len(b))+b)
    def ip(s,src,dst,proto,p):
        h=struct.pack('>BBHHHBBH4s4s',0x45,0,20+len(p),1,0,64,proto,0,bytes(src),bytes(dst))
        c=sum(struct.unpack('>10H',h)); c=(c>>16)+(c&0xffff); c=(c>>16)+(c&0xffff)
        h=h[:10]+struct.pack('>H',~c&0xffff)+h[12:]
        s.rec(b'\2\0\0\0\0\2\2\0\0\0\0\1\x08\0'+h+p)
    def udp(s,sp,dp,p,c2s=True):
        a,b=([10,0,0,1],[10,0,0,2]) if c2s else ([10,0,0,2],[10,0,0,1])
        s.ip(a,b,17,struct.pack('>HHHH',sp,dp,8+len(p),0)+p)
    def tcp(s,sp,dp,p,c2s=True,flags=0x18):
        a,b=([10,0,0,1],[10,0,0,2]) if c2s else ([10,0,0,2],[10,0,0,1])
        if not c2s: sp,dp=dp,sp
        q=s.seq.setdefault((sp,dp),1000); r=s.seq.get((dp,sp),1000)
        s.ip(a,b,6,struct.pack('>HHIIBBHHH',sp,dp,q,r if flags&0x10 else 0,0x50,flags,65535,0,0)+p)
        s.seq[(sp,dp)]=q+len(p)+(1 if flags&2 else 0)
    def open(s,sp,dp):
        s.tcp(sp,dp,b'',True,2); s.tcp(sp,dp,b'',False,0x12); s.tcp(sp,dp,b'',True,0x10)
def tlv(t,*c):
    c=b''.join(c); n=len(c)
    l=bytes([n]) if n<128 else bytes([0x81,n]) if n<256 else bytes([0x82,n>>8,n&255])
    return bytes([t])+l+c


HERE = sys.argv[1]


def http2():
    c=Cap(HERE + '/http2.pcap'); c.open(40000,80)
    def fr(t,f,s,p): return struct.pack('>I',len(p))[1:]+bytes([t,f])+struct.pack('>I',s)+p
    S=lambda *a: b''.join(struct.pack('>HI',i,v) for i,v in a)
    c.tcp(40000,80,b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'+fr(4,0,0,S((1,4096),(2,1),(3,100),(4,65535),(5,16384),(6,9000),(8,1),(9,1),(77,5))))
    c.tcp(40000,80,fr(4,1,0,b''),False)
    c.tcp(40000,80,fr(6,0,0,b'12345678')); c.tcp(40000,80,fr(6,1,0,b'12345678'),False)
    lit=lambda n,v,k=0x40: bytes([k,len(n)])+n+bytes([len(v)])+v
    h=b'\x3f\xe1\x07'+b'\x82\x86\x84'+b'\x41\x0bexample.com'+lit(b'x-new',b'a%20b')+lit(b'x-sec',b's',0x10)+lit(b'x-no',b's',0)+b'\x1f\x08\x03abc'+lit(b'accept',b'*/*')+lit(b'cookie',b'a=b')
    c.tcp(40000,80,fr(1,0x2d,1,b'\x03'+b'\x80\0\0\5\x10'+h+b'\0\0\0'))
    c.tcp(40000,80,fr(1,0x05,3,b'\x82\x86\x44\x06/a?b=c\x41\x0bexample.com'))
    c.tcp(40000,80,fr(1,0x04,1,b'\x88'+lit(b'content-type',b'text/plain')+lit(b'content-length',b'5')+lit(b'max-forwards',b'7')+lit(b'age',b'9')),False)
    c.tcp(40000,80,fr(0,0x09,1,b'\2hello\0\0'),False)
    c.tcp(40000,80,fr(1,0x04,3,b'\x88'+lit(b'content-type',b'text/plain')),False)
    c.tcp(40000,80,fr(0,0,3,b'hello '),False); c.tcp(40000,80,fr(0,1,3,b'world'),False)
    c.tcp(40000,80,fr(5,0x0c,1,b'\1'+struct.pack('>I',2)+b'\x82\x86\x84\0'),False)
    c.tcp(40000,80,fr(1,0,5,b'\x82\x86')); c.tcp(40000,80,fr(9,4,5,b'\x84\x41\x0bexample.com'))
    c.tcp(40000,80,fr(2,0,5,b'\0\0\0\3\x20')); c.tcp(40000,80,fr(3,0,5,struct.pack('>I',8)))
    c.tcp(40000,80,fr(8,0,0,struct.pack('>I',1000)),False)
    c.tcp(40000,80,fr(10,0,1,struct.pack('>H',4)+b'abcdh2=":443"'),False)
    c.tcp(40000,80,fr(12,0,0,struct.pack('>H',19)+b'https://example.com'),False)
    c.tcp(40000,80,fr(16,0,0,struct.pack('>I',3)+b'u=2'))
    c.tcp(40000,80,fr(11,0,0,b'')); c.tcp(40000,80,fr(0x77,0x3,0,b'xyz'))
    c.tcp(40000,80,fr(7,0,0,struct.pack('>II',5,11)+b'bye'),False)


def kerberos():
    c=Cap(HERE + '/kerberos.pcap')
    I=lambda n: tlv(2,n.to_bytes(max(1,(n.bit_length()+8)//8),'big',signed=True))
    O=lambda b: tlv(4,b); G=lambda s: tlv(0x1b,s.encode()); T=lambda s: tlv(0x18,s.encode()); S=lambda *a: tlv(0x30,*a)
    X=lambda n,*a: tlv(0xa0|n,*a); A=lambda n,*a: tlv(0x60|n,*a); BS=lambda b: tlv(3,b'\0'+b); Z=lambda n,b: tlv(0x80|n,b)
    name=lambda t,*p: S(X(0,I(t)),X(1,S(*[G(x) for x in p])))
    enc=lambda e=18,k=2,d=b'\xaa'*20: S(X(0,I(e)),*([X(1,I(k))] if k is not None else []),X(2,O(d)))
    cks=lambda: S(X(0,I(16)),X(1,O(b'\xcc'*12)))
    tkt=lambda: A(1,S(X(0,I(5)),X(1,G('EX.COM')),X(2,name(2,'krbtgt','EX.COM')),X(3,enc())))
    addr=lambda t,b: S(X(0,I(t)),X(1,O(b)))
    when=T('20260101120000Z')
    apreq=lambda: A(14,S(X(0,I(5)),X(1,I(14)),X(2,BS(b'\0\0\0\0')),X(3,tkt()),X(4,enc(18,None))))
    pa=lambda t,v: S(X(1,I(t)),X(2,O(v)))
    def body(*more): return S(X(0,BS(b'\x50\x80\0\x10')),X(1,name(1,'user')),X(2,G('EX.COM')),X(3,name(2,'krbtgt','EX.COM')),X(5,when),X(6,when),X(7,I(12345)),X(8,S(I(18),I(17),I(23),I(-135))),X(9,S(addr(2,b'\x0a\0\0\1'),addr(20,b'HOST            '),addr(24,bytes(16)),addr(1,b'xx'))),*more)
    def req(t,pas,b): return A(t,S(X(1,I(5)),X(2,I(t)),X(3,S(*pas)),X(4,b)))
    safe=A(20,S(X(0,I(5)),X(1,I(20)),X(2,S(X(0,O(b'hello')),X(1,when),X(2,I(77)),X(3,I(9)),X(4,addr(2,b'\x0a\0\0\1')),X(5,addr(2,b'\x0a\0\0\2')))),X(3,cks())))
    priv=A(21,S(X(0,I(5)),X(1,I(21)),X(3,enc())))
    info=S(X(0,S(X(0,I(18)),X(1,O(b'k'*32)))),X(1,G('EX.COM')),X(2,name(1,'user')),X(3,BS(b'\x50\xe1\0\0')),X(4,when),X(5,when),X(6,when),X(7,when),X(8,G('EX.COM')),X(9,name(2,'krbtgt','EX.COM')),X(10,S(addr(2,b'\x0a\0\0\1'))))
    cred=A(22,S(X(0,I(5)),X(1,I(22)),X(2,S(tkt(),tkt())),X(3,enc(0,None,A(29,S(X(0,S(info)),X(1,I(9)),X(2,when),X(3,I(7)),X(4,addr(2,b'\x0a\0\0\1'))))))))
    fastreq=tlv(0xa0,S(X(0,S(X(0,I(1)),X(1,O(apreq())))),X(1,cks()),X(2,enc(18,None))))
    fastrep=tlv(0xa0,S(X(0,enc(18,None))))
    foruser=S(X(0,name(1,'who')),X(1,G('EX.COM')),X(2,cks()),X(3,G('Kerberos')))
    x509user=S(X(0,S(X(0,I(5)),X(1,name(1,'w')),X(2,G('EX.COM')),X(3,O(b'cert')),X(4,BS(b'\x20\0\0\0')))),X(1,cks()))
    pkreq=S(Z(0,b'\x30\x03\x02\x01\x05'))
    pkrep=tlv(0xa0,S(Z(0,b'\x30\x03\x02\x01\x05'),X(1,O(b'n'*32))))
    pkrepenc=Z(1,b'\x30\x03\x02\x01\x05')
    spake=X(0,S(X(0,S(I(1),I(2)))))
    spakech=X(1,S(X(0,I(1)),X(1,O(b'p'*32)),X(2,S(S(X(0,I(1)))))))
    spakere=X(2,S(X(0,O(b'p'*32)),X(1,enc(18,None))))
    pas=[pa(1,apreq()),pa(2,enc(18,None)),pa(128,S(X(0,tlv(1,b'\xff')))),pa(129,foruser),pa(130,x509user),pa(133,b'MIT'),pa(136,fastreq),pa(138,enc(18,None)),pa(149,b''),pa(150,b'fresh'),pa(151,spake),pa(151,spakere),pa(16,pkreq),pa(147,b'x'),pa(167,S(X(0,BS(b'\x40\0\0\0')))),pa(161,S(I(18))),pa(143,b'\0')]
    pasr=[pa(136,fastrep),pa(17,pkrep),pa(17,pkrepenc),pa(19,S(S(X(0,I(18)),X(1,G('salt')),X(2,O(b'\0\0\x10\0'))))),pa(11,S(S(X(0,I(18)),X(1,O(b's'))))),pa(3,b'salt'),pa(165,b'\x1f\0\0\0'),pa(151,spakech),pa(20,b'x'),pa(133,b'c')]
    def rep(t): return A(t,S(X(0,I(5)),X(1,I(t)),X(2,S(*pasr)),X(3,G('EX.COM')),X(4,name(1,'user')),X(5,tkt()),X(6,enc())))
    aprep=A(15,S(X(0,I(5)),X(1,I(15)),X(2,enc())))
    err=lambda code,ed: A(30,S(X(0,I(5)),X(1,I(30)),X(2,when),X(3,I(5)),X(4,when),X(5,I(6)),X(6,I(code)),X(7,G('EX.COM')),X(8,name(1,'user')),X(9,G('EX.COM')),X(10,name(2,'krbtgt','EX.COM')),X(11,G('text')),X(12,O(ed))))
    q=[req(10,pas,body()),req(12,pas[:6],body(X(10,enc(18,None)),X(11,S(tkt(),tkt())))),apreq(),safe,priv,cred]
    r=[rep(11),rep(13),aprep,err(25,S(*pasr)),err(60,S(X(1,I(3)),X(2,O(b'\x22\0\0\xc0\0\0\0\0\1\0\0\0')))),err(24,b'junk')]
    for p in q: c.udp(40001,88,p)
    for p in r: c.udp(40001,88,p) if 0 else c.ip([10,0,0,2],[10,0,0,1],17,struct.pack('>HHHH',88,40001,8+len(p),0)+p)
    c.open(40002,88)
    for p in q: c.tcp(40002,88,struct.pack('>I',len(p))+p)


def smb():
    c=Cap(HERE + '/smb.pcap'); c.open(40003,445)
    mid=[0]
    U=lambda s: s.encode('utf-16-le')+b'\0\0'
    def smb(cmd,words,data,resp=False,status=0,flags2=0xc801,tid=1,new=True):
        if not resp and new: mid[0]+=1
        w=words if len(words)%2==0 else words+b'\0'
        m=b'\xffSMB'+bytes([cmd])+struct.pack('<IBHH8sHHHHH',status,0x98 if resp else 0x18,flags2,0,b'\0'*8,0,tid,1,1,mid[0])+bytes([len(w)//2])+w+struct.pack('<H',len(data))+data
        c.tcp(40003,445,struct.pack('>I',len(m))+m,not resp)
    A=b'\xff\0\0\0'
    H=struct.pack
    ft=H('<Q',132000000000000000)
    smb(0x72,b'',b'\x02NT LM 0.12\0\x02LANMAN1.0\0')
    smb(0x72,H('<HBHHIIII',0,3,50,1,16644,65536,1,0x8001e3fc&0x7fffffff)+ft+H('<hB',-60,8),b'c'*8+U('DOM')+U('SRV'),True)
    smb(0x73,A+H('<HHHIHHII',65535,2,1,0,3,4,0,0xd4),b'aaa'+b'uuuu'+b'\0'+U('me')+U('DOM')+U('Unix')+U('Samba'))
    smb(0x73,A+H('<H',1),b'\0'+U('Windows')+U('LM')+U('DOM'),True)
    smb(0x75,A+H('<HH',8,1),b'\0'+U('\\\\S\\share')+b'?????\0')
    smb(0x75,A+H('<HII',0xd,0x1f01ff,0),b'A:\0'+b'\0'+U('NTFS'),True)
    smb(0xa2,A+b'\0'+H('<HIIIQIIIIIB',12,0x16,0,0x12019f,0,0x20,3,1,0x40,2,3),b'\0'+U('\\file')+b'\0\0')
    smb(0xa2,A+b'\1'+H('<HI',0x4001,1)+ft*4+H('<IQQHHB',0x20,4096,100,0,0x5ff,0),b'',True)
    smb(0x2e,A+H('<HIHHIHI',0x4001,0,100,0,0,0,0),b'')
    smb(0x2e,A+H('<HHHHHI6s',0,0,0,5,60,0,b''),b'\0hello',True)
    smb(0x2f,A+H('<HIIHHHHHI',0x4001,10,0,8,0,0,5,64,0),b'\0hello')
    smb(0x2f,A+H('<HHHH',5,0,0,0),b'',True)
    smb(0x24,A+H('<HBBIHH',0x4001,0x10,0,0,0,1),b'\0'*20); smb(0x24,A,b'',True)
    def t2(cmd,par,data=b''):
        w=H('<HHHHBBHIHHHHHBBH',len(par),len(data),10,1000,0,0,0,0,0,len(par),32+1+30+2+3,len(data),32+1+30+2+3+len(par),1,0,cmd)
        smb(0x32,w,b'\0\0\0'+par+data)
    def t2r(par,data):
        po=32+1+20+2+1
        w=H('<HHHHHHHHHBB',len(par),len(data),0,len(par),po,0,len(data),po+len(par),0,0,0)
        smb(0x32,w,b'\0'+par+data,True)
    basic=ft*4+H('<II',0x20,0)
    t2(5,H('<HI',0x101,0)+U('\\f')); t2r(b'\0\0',basic)
    t2(7,H('<HH',0x4001,0x102)); t2r(b'\0\0',H('<QQIBBH',4096,100,1,0,0,0))
    t2(7,H('<HH',0x4001,0x107)); t2r(b'\0\0',basic+H('<QQIBBHII',4096,100,1,0,0,0,0,12)+U('\\file')[:-2])
    t2(7,H('<HH',0x4001,0x103)); t2r(b'\0\0',H('<I',0))
    t2(1,H('<HHHHI',0x16,10,6,0x104,0)+U('\\*')); t2r(H('<HHHHH',1,2,1,0,0),b'')
    t2(2,H('<HHHIH',1,10,0x104,0,6)+U('x')); t2r(H('<HHHH',2,1,0,0),b'')
    t2(3,H('<H',0x105)); t2r(b'',H('<III',0x4f,255,8)+'NTFS'.encode('utf-16-le'))
    t2(3,H('<H',0x102)); t2r(b'',ft+H('<IIH',0x1234,6,0)+'vol'.encode('utf-16-le'))
    t2(3,H('<H',0x103)); t2r(b'',H('<QQII',1000,500,8,512))
    t2(0x10,H('<H',3)+U('\\dfs'))
    smb(0x2d,A+H('<HHHHIHIII',1,0x42,6,0,0,1,0,0,0),b'\0'+U('\\o')); smb(0x2d,A+H('<HHIIHHHHIH',0x4002,0x20,1000,15,0,0,0,1,0,0),b'',True)
    smb(0x04,H('<HI',0x4001,0xffffffff),b''); smb(0x04,b'',b'',True)
    smb(0x2b,H('<H',1),b'e'*4); smb(0x2b,H('<H',1),b'e'*4,True)
    smb(0xa0,H('<BHIIIIIIIIBH',4,0,8,0,64,0,8,80,0,0,4,4),b'\0'*24)
    smb(0xa0,b'\0\0\0'+H('<IIIIIIIIB',0,0,0,0,0,0,0,0,0),b'',True)
    for cmd,w,b in [(0,b'',b'\x04'+U('\\d')),(1,b'',b'\x04'+U('\\d')),(2,H('<HH',0x42,6),b'\x04'+U('\\f')),(3,H('<HI',0x20,1000),b'\x04'+U('\\f')),(5,H('<H',0x4001),b''),(6,H('<H',6),b'\x04'+U('\\f')),(7,H('<H',6),b'\x04'+U('\\a')+b'\x04'+U('\\b')),(8,b'',b'\x04'+U('\\f')),(9,H('<HI10s',0x20,1000,b''),b'\x04'+U('\\f')),(0xa,H('<HHIH',0x4001,9,0,0),b''),(0xb,H('<HHIH',0x4001,3,0,0),b'\x01\x03\0abc'),(0xc,H('<HII',0x4001,3,0),b''),(0x10,b'',b'\x04'+U('\\d')),(0x12,H('<HHi',0x4001,0,5),b''),(0x70,b'',b'\x04\\\\S\\x\0\x04pw\0\x04A:\0'),(0x80,b'',b'')]: smb(cmd,w,b,flags2=0xc801 if cmd!=0x70 else 0x4801)
    smb(0x80,H('<HHHHH',100,8,512,50,0),b'',True)
    smb(0x71,b'',b'',flags2=0x8001); smb(0x71,b'',b'',True,status=0x00020001,flags2=0x8001)
    def slot(p):
        name=b'\\MAILSLOT\\BROWSE\0'; off=32+1+34+2+len(name)
        w=H('<HHHHBBHIHHHHHBBHHH',0,len(p),0,0,0,0,0,1000,0,0,0,len(p),off,3,0,1,1,2)
        smb(0x25,w,name+p,flags2=0x4001)
    h=H('<BI16sBBI',0,720000,b'HOST',10,0,0x80011003)
    slot(b'\x01'+h+b'\x0f\x01\x55\xaahello\0'); slot(b'\x0c'+h+b'\0\0\0\0MASTER\0'); slot(b'\x02\0ME\0'); slot(b'\x08\x01\x20\x0f\x01\x10'+H('<II',5,0)+b'ME\0'); slot(b'\x09\x02\1\0\0\0'); slot(b'\x0a\x02\1\0\0\0A\0B\0'); slot(b'\x0bX\0'); slot(b'\x0e\x02')


def ntp():
    c=Cap(HERE + '/ntp.pcap')
    def n(mode,org=0,xmt=0xe000000000000000,v=4): return bytes([v<<3|mode,2,6,0xe9])+b'\0\0\0\1\0\0\0\1'+b'GPS\0'+struct.pack('>QQQQ',0xe000000000000000,org,0xe000000100000000 if org else 0,xmt)
    def s(sp,dp,p,c2s): c.udp(sp,dp,p) if c2s else c.ip([10,0,0,2],[10,0,0,1],17,struct.pack('>HHHH',sp,dp,8+len(p),0)+p)
    s(1000,123,n(3,0,0xe100000000000000),True); s(123,1000,n(4,0xe100000000000000),False)   # matched
    s(1001,123,n(3,0,0xe200000000000000),True); s(1001,123,n(3,0,0xe200000000000000),True); s(123,1001,n(4,0xe200000000000000),False) # repeated
    s(1002,123,n(3,0,0xe300000000000000),True); s(123,1002,n(4,0xe400000000000000),False) # other origin
    s(123,123,n(3,0,0xe500000000000000),True); s(123,123,n(3,0,0xe600000000000000),True); s(123,123,n(4,0xe500000000000000),False); s(123,123,n(4,0xe600000000000000),False) # crossed
    s(123,123,n(1,0,0xe700000000000000),True); s(123,123,n(2,0xe700000000000000),False) # symmetric
    s(123,123,n(1,0xe5,0xe800000000000000),False)
    s(1003,123,n(3,0,0),True); s(123,1003,n(4,0),False) # zero
    s(1004,123,bytes([0x16,2])+struct.pack('>HHHHH',7,0,0,0,0),True); s(123,1004,bytes([0x16,0x82])+struct.pack('>HHHHH',7,0,0,0,0),False) # control
    s(123,1000,n(4,0xe100000000000000),False) # response again


for each in (http2, kerberos, smb, ntp):
    each()
