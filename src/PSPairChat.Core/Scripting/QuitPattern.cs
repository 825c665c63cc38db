using System.Collections.Generic;
using PSPairChat.Sessions;

namespace PSPairChat.Scripting;

/// <summary><c>\quit</c>: said, it ends the conversation; expected, it is the end of it.</summary>
internal sealed class QuitPattern : ScriptPattern
{
    public override IEnumerable<Placeholder> Placeholders => [];

    public override IEnumerable<string> Captures => [];

    public override string Expand(VariableScope values) => TurnTracker.QuitCommand;

    public override IReadOnlyDictionary<string, string>? Match(string text, VariableScope values) => null;
}
