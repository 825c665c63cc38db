using System;
using System.IO;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>
/// TLS without a socket: encrypted bytes in, plain bytes out, and the other way round. One thread feeds and reads at a time, one thread writes at a time.
/// Everything runs on the calling thread; nothing waits.
/// </summary>
internal sealed class TlsEngine : IDisposable
{
    /// <summary>The value that <see cref="Read"/> returns when it needs more encrypted bytes.</summary>
    public const int NeedsInput = -1;

    private const int HeaderBytes = 5;
    private const int MaxRecordBytes = HeaderBytes + 16384 + 2048;
    private const byte ChangeCipherSpec = 20;
    private const byte ApplicationData = 23;

    // Not in the reference assemblies of netstandard2.0, but in every runtime that has it.
    private static readonly Func<SslStream, Task>? ShutdownAsync =
        typeof(SslStream).GetMethod(nameof(ShutdownAsync), Type.EmptyTypes)?.CreateDelegate(typeof(Func<SslStream, Task>)) as Func<SslStream, Task>;

    private readonly TlsRecordStream _records;
    private readonly SslStream _ssl;
    private byte[] _input = [];
    private int _inputStart;
    private int _inputEnd;
    private byte[]? _plain;
    private int _plainStart;
    private int _plainEnd;
    private Task? _handshake;
    private Task<int>? _read;

    private TlsEngine(Action<byte[], int, int> write, RemoteCertificateValidationCallback validate)
    {
        Output = write;
        _records = new TlsRecordStream((buffer, offset, count) => Output(buffer, offset, count));
        _ssl = new SslStream(_records, leaveInnerStreamOpen: true, validate);
    }

    /// <summary>Gets or sets the method that receives the encrypted bytes to send. The reading thread may call it too.</summary>
    public Action<byte[], int, int> Output { get; set; }

    /// <summary>Gets the negotiated protocol version.</summary>
    public SslProtocols Protocol => _ssl.SslProtocol;

    /// <summary>Gets the underlying TLS stream, for what it tells about the connection.</summary>
    public SslStream Stream => _ssl;

    /// <summary>Gets whether the peer's bytes are not TLS records.</summary>
    public bool IsPlainText { get; private set; }

    /// <summary>Gets whether the peer's transport has ended.</summary>
    public bool InputEnded { get; private set; }

    /// <summary>Starts the server's handshake.</summary>
    /// <param name="write">Receives the encrypted bytes to send.</param>
    /// <param name="credentials">The server's certificate.</param>
    /// <param name="onCertificate">Receives the client's certificate, or null if it sent none; returns whether to accept it.</param>
    public static TlsEngine StartServer(Action<byte[], int, int> write, TlsCredentials credentials, Func<X509Certificate?, bool> onCertificate)
    {
        var engine = new TlsEngine(write, (_, peer, _, _) => onCertificate(peer));
        engine._handshake = credentials.AuthenticateAsServer(engine._ssl);
        return engine;
    }

    /// <summary>Starts the client's handshake.</summary>
    /// <param name="write">Receives the encrypted bytes to send.</param>
    /// <param name="hostName">The server's name, for SNI.</param>
    /// <param name="credentials">The client's certificate.</param>
    /// <param name="onCertificate">Receives the server's certificate; returns whether to accept it.</param>
    public static TlsEngine StartClient(Action<byte[], int, int> write, string hostName, TlsCredentials credentials, Func<X509Certificate?, bool> onCertificate)
    {
        var engine = new TlsEngine(write, (_, peer, _, _) => onCertificate(peer));
        engine._handshake = credentials.AuthenticateAsClient(engine._ssl, hostName);
        return engine;
    }

    /// <summary>Adds encrypted bytes from the peer.</summary>
    public void Feed(byte[] bytes, int offset, int count)
    {
        EnsureInputSpace(count);
        Buffer.BlockCopy(bytes, offset, _input, _inputEnd, count);
        _inputEnd += count;
    }

    /// <summary>Gets space for encrypted bytes from the peer; call <see cref="Advance"/> with the number that was received.</summary>
    public ArraySegment<byte> GetBuffer()
    {
        EnsureInputSpace(MaxRecordBytes / 4);
        return new ArraySegment<byte>(_input, _inputEnd, _input.Length - _inputEnd);
    }

    /// <summary>Adds the bytes that were received into <see cref="GetBuffer"/>.</summary>
    public void Advance(int count) => _inputEnd += count;

    /// <summary>Releases the memory for encrypted bytes, if there are none.</summary>
    public void ReleaseBuffer()
    {
        if (_inputStart == _inputEnd)
            _input = [];
    }

    /// <summary>Marks the end of the encrypted bytes.</summary>
    public void Complete()
    {
        InputEnded = true;
        _records.Complete();
    }

    /// <summary>Continues the handshake with the bytes that were fed.</summary>
    /// <returns>true if it is complete; false if it needs more bytes.</returns>
    /// <exception cref="AuthenticationException">The handshake failed, or the peer does not use TLS.</exception>
    /// <exception cref="IOException">The peer closed the connection.</exception>
    public bool ContinueHandshake()
    {
        var handshake = _handshake!;
        WaitForProgress(handshake);
        while (!handshake.IsCompleted && TryReadRecord(out var record))
        {
            _records.Supply(record);
            WaitForProgress(handshake);
        }
        if (!handshake.IsCompleted)
            return false;
        handshake.GetAwaiter().GetResult();
        if (_ssl.SslProtocol < SslProtocols.Tls12)
            throw new AuthenticationException($"The peer offers no TLS version newer than {_ssl.SslProtocol}.");
        return true;
    }

    /// <summary>Reads decrypted bytes.</summary>
    /// <returns>The number of bytes; 0 at the end; <see cref="NeedsInput"/> if more encrypted bytes are needed.</returns>
    /// <exception cref="IOException">A record is not authentic, or the stream was cut inside a record.</exception>
    public int Read(byte[] buffer, int offset, int count)
    {
        if (_plainStart == _plainEnd)
        {
            var received = ReadPlain();
            if (received <= 0)
                return received;
        }
        var copied = Math.Min(count, _plainEnd - _plainStart);
        Buffer.BlockCopy(_plain!, _plainStart, buffer, offset, copied);
        _plainStart += copied;
        if (_plainStart == _plainEnd)
            ReleasePlain();
        return copied;
    }

    /// <summary>Gets whether <see cref="Read"/> may return bytes, or fail, without more input. Only the reading thread may ask.</summary>
    public bool HasBufferedInput => _plainStart < _plainEnd || HasRecord;

    /// <summary>Encrypts and sends bytes.</summary>
    public void Write(byte[] buffer, int offset, int count) => _ssl.Write(buffer, offset, count);

    /// <summary>Sends close_notify: the authenticated end of what this end sends.</summary>
    /// <exception cref="InvalidOperationException">It was sent already.</exception>
    public void Shutdown() => ShutdownAsync?.Invoke(_ssl).GetAwaiter().GetResult();

    public void Dispose()
    {
        _ssl.Dispose();
        _records.Complete();
        ReleasePlain();
    }

    private int RecordLength => HeaderBytes + (_input[_inputStart + 3] << 8 | _input[_inputStart + 4]);

    // A record that is too long counts before all of it has arrived, because it is refused.
    private bool HasRecord => _inputEnd - _inputStart >= HeaderBytes && (_inputEnd - _inputStart >= RecordLength || RecordLength > MaxRecordBytes);

    private int ReadPlain()
    {
        if (_read is null)
        {
            // With a record at hand, the read completes at once.
            if (TryReadRecord(out var first))
                _records.Supply(first);
            else if (!InputEnded)
                return NeedsInput;
            _plain ??= BufferPool.Rent();
            _read = _ssl.ReadAsync(_plain, 0, _plain.Length);
        }
        WaitForProgress(_read);
        while (!_read.IsCompleted && TryReadRecord(out var record))
        {
            _records.Supply(record);
            WaitForProgress(_read);
        }
        if (!_read.IsCompleted)
            return NeedsInput;
        var read = _read;
        _read = null;
        _plainStart = 0;
        _plainEnd = 0;
        var count = read.GetAwaiter().GetResult();
        _plainEnd = count;
        if (count == 0)
            ReleasePlain();
        return count;
    }

    private void ReleasePlain()
    {
        if (_plain is null || _read is not null)
            return;
        _plainStart = _plainEnd = 0;
        BufferPool.Return(_plain);
        _plain = null;
    }

    // The task runs on this thread, except where the thread has a synchronization context.
    private void WaitForProgress(Task task)
    {
        if (!task.IsCompleted && !_records.NeedsRecord)
            SpinWait.SpinUntil(() => task.IsCompleted || _records.NeedsRecord);
    }

    private bool TryReadRecord(out ArraySegment<byte> record)
    {
        record = default;
        if (_inputStart < _inputEnd)
            ThrowIfPlainText();
        if (!HasRecord)
            return false;
        var length = RecordLength;
        if (length > MaxRecordBytes)
            throw new AuthenticationException("The peer sent a TLS record that is too long.");
        record = new ArraySegment<byte>(_input, _inputStart, length);
        _inputStart += length;
        return true;
    }

    private void ThrowIfPlainText()
    {
        if (_input[_inputStart] is >= ChangeCipherSpec and <= ApplicationData && (_inputEnd - _inputStart == 1 || _input[_inputStart + 1] == 3))
            return;
        IsPlainText = true;
        throw new AuthenticationException("The peer does not use TLS.");
    }

    private void EnsureInputSpace(int count)
    {
        if (_inputStart == _inputEnd)
            _inputStart = _inputEnd = 0;
        if (_input.Length - _inputEnd >= count)
            return;
        var pending = _inputEnd - _inputStart;
        var input = _input.Length - pending >= count ? _input : new byte[Math.Max(2 * _input.Length, pending + count)];
        Buffer.BlockCopy(_input, _inputStart, input, 0, pending);
        _input = input;
        _inputStart = 0;
        _inputEnd = pending;
    }
}
