using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Dialects;

namespace PSPairChat;

/// <summary>How a pair talks, as data: who opens and how, what is around a message each way, how either end leaves.</summary>
public sealed record ChatDialect
{
    /// <summary>The name by which it is found.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it does, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>Which end gives its opening first, where there is one; the other end answers with its own.</summary>
    public ChatSide GreetsFirst { get; init; }

    /// <summary>Which end says the first message.</summary>
    public ChatSide FirstSpeaker { get; init; }

    /// <summary>How the client speaks.</summary>
    public ChatDialectSide Client { get; init; } = new();

    /// <summary>How the server speaks.</summary>
    public ChatDialectSide Server { get; init; } = new();

    /// <summary>How characters become bytes, both ways.</summary>
    public ChatEncoding Encoding { get; init; }

    /// <summary>The bytes of a short conversation, a line for each send; C is the client, S the server.</summary>
    public string Example => DialectExample.Create(this);

    /// <summary>The dialect is found out from the bytes of the other end; until then it is <c>Line</c>.</summary>
    public static ChatDialect Auto => BuiltInDialects.Auto;

    /// <summary>The dialects that have a name here, <see cref="Auto"/> first.</summary>
    public static IReadOnlyList<ChatDialect> BuiltIn => BuiltInDialects.All;

    /// <summary>Whether the other end's bytes may change it.</summary>
    internal bool IsAuto { get; init; }

    /// <summary>Finds a built-in dialect.</summary>
    /// <param name="name">Its name, without regard to case.</param>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    public static ChatDialect Get(string name) =>
        BuiltIn.FirstOrDefault(d => string.Equals(d.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ChatException(ChatErrorReason.DialectNotFound,
            $"There is no dialect '{DisplayText.Sanitize(name)}'. There are: {string.Join(", ", BuiltIn.Select(d => d.Name))}.");

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>How an end speaks.</summary>
    internal ChatDialectSide GetSide(ChatSide end) => end == ChatSide.Client ? Client : Server;

    /// <summary>The same with another way to speak at one end.</summary>
    internal ChatDialect WithSide(ChatSide end, ChatDialectSide side) => end == ChatSide.Client ? this with { Client = side } : this with { Server = side };

    /// <summary>Checks that it can be spoken.</summary>
    /// <exception cref="ChatException">DialectInvalid.</exception>
    internal void Validate()
    {
        Validate(Client, "client");
        Validate(Server, "server");
    }

    private static void Validate(ChatDialectSide side, string end)
    {
        if (side.FixedLength < 0 || side.MaxBytes < 0 || side.MaxCharacters < 0)
            throw Invalid(end, "has a negative size or limit");
        if (side.Separator.IndexOfAny(['\n', '\0']) >= 0 || side.QuitCommand.IndexOfAny(['\n', '\0']) >= 0)
            throw Invalid(end, "has a line feed or a NUL in its separator or its quit word");
        if (side.FixedLength > 0 && side.LengthPrefix != ChatLengthPrefix.None)
            throw Invalid(end, "is both padded and counted");
        if (side.Terminator.Length > 0 && side.Terminator.Trim('\r', '\n').IndexOfAny(['\r', '\n']) >= 0)
            throw Invalid(end, "has an end mark with a line break inside");
    }

    private static ChatException Invalid(string end, string why) => new(ChatErrorReason.DialectInvalid, $"The dialect's {end} {why}.");
}
