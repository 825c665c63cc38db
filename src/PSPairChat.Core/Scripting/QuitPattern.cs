using System.Collections.Generic;
using PSPairChat.Sessions;

namespace PSPairChat.Scripting;

/// <summary>The text <c>\quit</c>: ends the conversation if it is sent, and is the end of the conversation if it is expected.</summary>
internal sealed class QuitPattern : ScriptPattern
{
    public override IEnumerable<Placeholder> Placeholders => [];

    public override IEnumerable<string> Captures => [];

    public override string Expand(VariableScope variables) => TurnTracker.QuitCommand;

    public override IReadOnlyDictionary<string, string>? Match(string text, VariableScope variables) => null;
}
