using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace PSPairChat.Backplane;

/// <summary>Encodes the commands of one write: a pipeline, to which the server replies in the same order.</summary>
internal sealed class RespCommands
{
    private const int MaxLengthBytes = 16;      // of a type, a number, and the end of the line

    private byte[] _bytes = new byte[512];
    private int _length;

    /// <summary>Gets the number of commands, and of the replies.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a command.</summary>
    public RespCommands Add(params string[] arguments)
    {
        Begin(arguments.Length);
        foreach (var argument in arguments)
            AddArgument(argument);
        return this;
    }

    /// <summary>Begins a command with a number of arguments, each of which is added with <see cref="AddArgument"/>.</summary>
    public void Begin(int argumentCount)
    {
        Reserve(MaxLengthBytes);
        Write($"*{argumentCount.ToString(CultureInfo.InvariantCulture)}\r\n");
        Count++;
    }

    /// <summary>Adds an argument to the command that was begun.</summary>
    public void AddArgument(string argument)
    {
        var length = Encoding.UTF8.GetByteCount(argument);
        Reserve(MaxLengthBytes + length + 2);
        Write($"${length.ToString(CultureInfo.InvariantCulture)}\r\n");
        Write(argument);
        Write("\r\n");
    }

    /// <summary>Writes the commands to a stream.</summary>
    public void WriteTo(Stream stream) => stream.Write(_bytes, 0, _length);

    private void Reserve(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
    }

    private void Write(string text) => _length += Encoding.UTF8.GetBytes(text, 0, text.Length, _bytes, _length);
}
