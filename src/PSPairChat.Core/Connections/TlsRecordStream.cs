using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>
/// The stream below an SslStream. It does no I/O: reads are completed when a whole TLS record is supplied, one record for each read, and writes go to a
/// callback. A read that waits for a record is an incomplete task, so that nothing blocks and nothing times out in here.
/// </summary>
/// <param name="write">Receives the bytes that the SslStream sends.</param>
internal sealed class TlsRecordStream(Action<byte[], int, int> write) : Stream
{
    private readonly object _gate = new();
    private TaskCompletionSource<int>? _reader;
    private ArraySegment<byte> _readerBuffer;
    private ArraySegment<byte> _record;
    private bool _completed;
    private Task<int> _completedRead = Task.FromResult(0);

    /// <summary>Whether a read waits for the next record.</summary>
    public bool NeedsRecord
    {
        get
        {
            lock (_gate)
                return _reader is not null;
        }
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Supplies one whole record. Its bytes must stay as they are until the next read waits.</summary>
    public void Supply(ArraySegment<byte> record)
    {
        TaskCompletionSource<int>? reader;
        int count;
        lock (_gate)
        {
            _record = record;
            reader = _reader;
            _reader = null;
            count = reader is null ? 0 : CopyTo(_readerBuffer);
        }
        reader?.SetResult(count);
    }

    /// <summary>Ends the stream: reads return 0 from now on.</summary>
    public void Complete()
    {
        TaskCompletionSource<int>? reader;
        lock (_gate)
        {
            _completed = true;
            reader = _reader;
            _reader = null;
        }
        reader?.SetResult(0);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (count == 0 || _record.Count > 0 || _completed)
                return GetCompletedRead(CopyTo(new ArraySegment<byte>(buffer, offset, count)));
            _readerBuffer = new ArraySegment<byte>(buffer, offset, count);
            _reader = new TaskCompletionSource<int>();
            return _reader.Task;
        }
    }

    // .NET Framework's SslStream uses these two.
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
    {
        var result = new TaskCompletionSource<int>(state);
        ReadAsync(buffer, offset, count, CancellationToken.None).ContinueWith(
            read =>
            {
                result.SetResult(read.Result);
                callback?.Invoke(result.Task);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return result.Task;
    }

    public override int EndRead(IAsyncResult asyncResult) => ((Task<int>)asyncResult).GetAwaiter().GetResult();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => write(buffer, offset, count);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        write(buffer, offset, count);
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    // The base class would use a thread of the pool.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // Most records of a conversation have the same length.
    private Task<int> GetCompletedRead(int count) => _completedRead.Result == count ? _completedRead : _completedRead = Task.FromResult(count);

    private int CopyTo(ArraySegment<byte> buffer)
    {
        var count = Math.Min(buffer.Count, _record.Count);
        if (count == 0)
            return 0;
        Buffer.BlockCopy(_record.Array!, _record.Offset, buffer.Array!, buffer.Offset, count);
        _record = new ArraySegment<byte>(_record.Array!, _record.Offset + count, _record.Count - count);
        return count;
    }
}
