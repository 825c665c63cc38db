using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Dialects;

namespace PSPairChat;

/// <summary>Describes how two hosts exchange messages over a connection: greetings, framing, quit commands and encoding. Immutable.</summary>
public sealed record ChatDialect
{
    /// <summary>Gets the name of the dialect.</summary>
    public string Name { get; init; } = "";

    /// <summary>Gets the description of the dialect.</summary>
    public string Description { get; init; } = "";

    /// <summary>Gets the side that sends its greeting first. The other side responds with its own greeting, if it has one.</summary>
    public ChatSide GreetsFirst { get; init; }

    /// <summary>Gets the side that sends the first message.</summary>
    public ChatSide FirstSpeaker { get; init; }

    /// <summary>Gets the format of what the client sends.</summary>
    public ChatDialectSide Client { get; init; } = new();

    /// <summary>Gets the format of what the server sends.</summary>
    public ChatDialectSide Server { get; init; } = new();

    /// <summary>Gets the character encoding of both sides.</summary>
    public ChatEncoding Encoding { get; init; }

    /// <summary>Gets the bytes of a short conversation, one line for each send. C is the client, S the server.</summary>
    public string Example => DialectExample.Create(this);

    /// <summary>Gets the dialect that is detected from the bytes of the peer. Until then, <c>Line</c> is used.</summary>
    public static ChatDialect Auto => BuiltInDialects.Auto;

    /// <summary>Gets the built-in dialects. The first is <see cref="Auto"/>.</summary>
    public static IReadOnlyList<ChatDialect> BuiltIn => BuiltInDialects.All;

    /// <summary>Gets whether the dialect is detected from the bytes of the peer.</summary>
    internal bool IsAuto { get; init; }

    /// <summary>Gets whether the peer is not a chat program: every line is a message, also an empty one and one that quits in a chat.</summary>
    internal bool IsLineService { get; init; }

    /// <summary>Gets a built-in dialect.</summary>
    /// <param name="name">The name. It is not case-sensitive.</param>
    /// <exception cref="ChatException">DialectNotFound: no built-in dialect has this name.</exception>
    public static ChatDialect Get(string name) =>
        BuiltIn.FirstOrDefault(d => string.Equals(d.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ChatException(ChatErrorReason.DialectNotFound,
            $"Dialect '{DisplayText.Sanitize(name)}' was not found. The dialects are: {string.Join(", ", BuiltIn.Select(d => d.Name))}.");

    /// <summary>Returns the name of the dialect.</summary>
    public override string ToString() => Name;

    /// <summary>Gets the format of what a side sends.</summary>
    internal ChatDialectSide GetSide(ChatSide side) => side == ChatSide.Client ? Client : Server;

    /// <summary>Creates a copy with another format for one side.</summary>
    internal ChatDialect WithSide(ChatSide side, ChatDialectSide format) => side == ChatSide.Client ? this with { Client = format } : this with { Server = format };

    /// <summary>Validates that the properties do not contradict each other.</summary>
    /// <exception cref="ChatException">DialectInvalid.</exception>
    internal void Validate()
    {
        Validate(Client, "client");
        Validate(Server, "server");
    }

    private void Validate(ChatDialectSide format, string side)
    {
        if (format.FixedLength < 0 || format.MaxBytes < 0 || format.MaxCharacters < 0)
            throw CreateInvalidException($"The {side} has a negative length or limit.");
        if (format.Separator.IndexOfAny(['\n', '\0']) >= 0 || format.QuitCommand.IndexOfAny(['\n', '\0']) >= 0)
            throw CreateInvalidException($"The separator and the quit command of the {side} must not contain a line feed or a NUL.");
        if (format.FixedLength > 0 && format.LengthPrefix != ChatLengthPrefix.None)
            throw CreateInvalidException($"The {side} cannot have both a fixed length and a length prefix.");
        if (format.Terminator.Trim('\r', '\n').IndexOfAny(['\r', '\n']) >= 0)
            throw CreateInvalidException($"The terminator of the {side} has a line break between other characters.");
    }

    private ChatException CreateInvalidException(string reason) =>
        new(ChatErrorReason.DialectInvalid, $"Invalid dialect '{DisplayText.Sanitize(Name)}'. {reason}");
}
