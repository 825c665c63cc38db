namespace PSPairChat.Backplane;

/// <summary>A reply in the Redis serialization protocol, version 2.</summary>
internal sealed class RespReply
{
    private static readonly RespReply Null = new();

    private RespReply()
    {
    }

    /// <summary>Gets whether the reply is an error; the text is its message.</summary>
    public bool IsError { get; private init; }

    /// <summary>Gets the text of a string or an error; null for other replies.</summary>
    public string? Text { get; private init; }

    /// <summary>Gets the value of an integer; null for other replies.</summary>
    public long? Integer { get; private init; }

    /// <summary>Gets the elements of an array; null for other replies.</summary>
    public RespReply[]? Items { get; private init; }

    public static RespReply CreateNull() => Null;

    public static RespReply Create(string text) => new() { Text = text };

    public static RespReply Create(long value) => new() { Integer = value };

    public static RespReply Create(RespReply[] items) => new() { Items = items };

    public static RespReply CreateError(string text) => new() { Text = text, IsError = true };

    /// <summary>Returns the elements of an array; a null reply is an empty array.</summary>
    /// <exception cref="RedisException">The reply is an error, or not an array.</exception>
    public RespReply[] AsArray() => ThrowIfError().Items ?? (this == Null ? [] : throw RedisException.CreateProtocolError("an array was expected."));

    /// <summary>Returns a text.</summary>
    /// <exception cref="RedisException">The reply is an error, or not a string.</exception>
    public string AsText() => ThrowIfError().Text ?? throw RedisException.CreateProtocolError("a string was expected.");

    /// <summary>Returns the reply.</summary>
    /// <exception cref="RedisException">The reply is an error.</exception>
    public RespReply ThrowIfError() => IsError ? throw new RedisException(Text!) : this;
}
