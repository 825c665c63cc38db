using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Messages;

namespace PSPairChat.Scripting;

/// <summary>
/// A script given to a session: who says which line. It is refused before the first byte where the two do not go together: a line of ours that cannot be said, a
/// turn that is not the speaker's, a third speaker in a pair, a name that nothing fills.
/// </summary>
internal sealed class ScriptValidator
{
    private readonly ChatScript _script;
    private readonly string _localHandle;
    private readonly bool[] _isOwn;

    /// <summary>Casts a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="me">The handle whose lines are ours.</param>
    /// <param name="hasManySpeakers">Whether there may be more than one other: in a room.</param>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public ScriptValidator(ChatScript script, string me, bool hasManySpeakers)
    {
        _script = script;
        _localHandle = me;
        _isOwn = new bool[script.Steps.Count];
        for (var i = 0; i < _isOwn.Length; i++)
            _isOwn[i] = IsOwnStep(script.Steps[i]);
        Others = FindOthers(hasManySpeakers);
    }

    /// <summary>The other speakers, without regard to case.</summary>
    public ICollection<string> Others { get; }

    public bool IsOwn(int step) => _isOwn[step];

    /// <summary>Checks that every line of ours may be said, as far as that can be known yet, and that every name has a value when it is needed.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public void ValidateTexts(VariableScope variables, int maxLength)
    {
        var captured = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _isOwn.Length; i++)
        {
            var step = _script.Steps[i];
            foreach (var alternative in step.Branches)
            {
                foreach (var hole in alternative.Pattern.Placeholders)
                {
                    if (!captured.Contains(hole.Name))
                        hole.Resolve(variables);
                }
            }
            if (_isOwn[i])
                ValidateOwnText(step, step.Branches[0], variables, maxLength);
            // What is said for a regular expression is captured here as it is at the other end.
            foreach (var alternative in step.Branches)
                captured.UnionWith(alternative.Pattern.Captures);
        }
    }

    /// <summary>Checks that nobody speaks out of turn, whichever way the script goes.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public void ValidateTurns(ChatTurn first)
    {
        if (first == ChatTurn.Free || _isOwn.Length == 0)
            return;
        var turns = new HashSet<ChatTurn>[_isOwn.Length + 1];
        for (var i = 0; i < turns.Length; i++)
            turns[i] = [];
        turns[0].Add(first);
        for (var i = 0; i < _isOwn.Length; i++)
        {
            var step = _script.Steps[i];
            var (speaks, isNext) = _isOwn[i] ? (ChatTurn.Mine, ChatTurn.Theirs) : (ChatTurn.Theirs, ChatTurn.Mine);
            foreach (var alternative in step.Branches.Where(a => !a.IsQuit))
            {
                if (turns[i].Any(t => t != speaks))
                    throw CreateTurnException(step, i);
                if (turns[i].Count > 0)
                    turns[alternative.GoTo is { } label ? _script.FindLabel(label, i)!.Value : i + 1].Add(isNext);
                if (_isOwn[i])
                    break;
            }
        }
    }

    private bool IsOwnStep(ChatScriptStep step)
    {
        if (step.IsOwn is { } known)
            return known;
        var ours = step.Branches.Count(a => IsLocalHandle(a.Speaker));
        return ours == 0 ? false : ours == step.Branches.Count ? true
            : throw ScriptError.Create(step.Line, 1, "Either the line is ours to say or it is expected; it cannot be both.");
    }

    private bool IsLocalHandle(string? speaker) => string.Equals(speaker, _localHandle, StringComparison.OrdinalIgnoreCase);

    private HashSet<string> FindOthers(bool hasManySpeakers)
    {
        var others = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _isOwn.Length; i++)
        {
            if (_isOwn[i])
                continue;
            foreach (var alternative in _script.Steps[i].Branches)
            {
                if (alternative.Speaker is { } speaker && others.Add(speaker) && others.Count > 1 && !hasManySpeakers)
                {
                    throw ScriptError.Create(_script.Steps[i].Line, 1, $"'{speaker}' would be the third in a pair: '{_localHandle}' says its own lines, and "
                        + $"'{others.First(o => !string.Equals(o, speaker, StringComparison.OrdinalIgnoreCase))}' is the other. -As says whose lines are ours.");
                }
            }
        }
        return others;
    }

    private static void ValidateOwnText(ChatScriptStep step, ScriptBranch alternative, VariableScope variables, int maxLength)
    {
        if (alternative.IsQuit || alternative.Pattern.Placeholders.Any(h => !variables.Has(h.Name)))
            return;
        try
        {
            MessageValidator.ThrowIfInvalid(alternative.Pattern.Expand(variables), maxLength);
        }
        catch (ChatException e) when (e.Reason != ChatErrorReason.ScriptInvalid)
        {
            throw ScriptError.Create(step.Line, alternative.Column, e.Message);
        }
    }

    private ChatException CreateTurnException(ChatScriptStep step, int index)
    {
        var who = _isOwn[index] ? _localHandle : step.Branches[0].Speaker ?? "The other end";
        var why = index == 0 ? "the first turn is not its own" : "it has just spoken; after a line it is the other's turn";
        return ScriptError.Create(step.Line, 1, $"{who} cannot speak here: {why}. With -TurnOrder Free there are no turns; some dialects (-Dialect) give the server the first.");
    }
}
