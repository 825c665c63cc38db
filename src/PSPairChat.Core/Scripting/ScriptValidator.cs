using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Messages;

namespace PSPairChat.Scripting;

/// <summary>
/// Validates a script for a session before anything is sent: that each line is either sent or expected, that the texts to send are valid messages, that a pair
/// has two speakers who alternate, and that every placeholder has a value.
/// </summary>
internal sealed class ScriptValidator
{
    private readonly ChatScript _script;
    private readonly string _localHandle;
    private readonly bool[] _isOwn;

    /// <summary>Determines the speaker of each line.</summary>
    /// <param name="script">The script.</param>
    /// <param name="localHandle">The handle whose lines are sent.</param>
    /// <param name="allowsManySpeakers">Whether more than one other speaker is allowed, as in a room.</param>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public ScriptValidator(ChatScript script, string localHandle, bool allowsManySpeakers)
    {
        _script = script;
        _localHandle = localHandle;
        _isOwn = [.. script.Steps.Select(IsOwnStep)];
        Others = FindOthers(allowsManySpeakers);
    }

    /// <summary>Gets the handles of the other speakers. They are not case-sensitive.</summary>
    public ICollection<string> Others { get; }

    /// <summary>Gets whether a step is sent.</summary>
    public bool IsOwn(int step) => _isOwn[step];

    /// <summary>Validates that every text to send is a valid message, as far as it is known, and that every placeholder has a value when it is needed.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public void ValidateTexts(VariableScope variables, int maxLength)
    {
        var captures = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _isOwn.Length; i++)
        {
            var step = _script.Steps[i];
            foreach (var placeholder in step.Branches.SelectMany(b => b.Pattern.Placeholders))
            {
                if (!captures.Contains(placeholder.Name))
                    placeholder.Resolve(variables);
            }
            if (_isOwn[i])
                ValidateOwnText(step, step.Branches[0], variables, maxLength);
            // Both sides capture from a regular expression, the side that sends it, too.
            foreach (var branch in step.Branches)
                captures.UnionWith(branch.Pattern.Captures);
        }
    }

    /// <summary>Validates that the speakers alternate in every path through the script.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public void ValidateTurns(ChatTurn firstTurn)
    {
        if (firstTurn == ChatTurn.Free || _isOwn.Length == 0)
            return;
        var turns = new HashSet<ChatTurn>[_isOwn.Length + 1];
        for (var i = 0; i < turns.Length; i++)
            turns[i] = [];
        turns[0].Add(firstTurn);
        for (var i = 0; i < _isOwn.Length; i++)
        {
            var step = _script.Steps[i];
            var (turn, nextTurn) = _isOwn[i] ? (ChatTurn.Mine, ChatTurn.Theirs) : (ChatTurn.Theirs, ChatTurn.Mine);
            foreach (var branch in step.Branches.Where(b => !b.IsQuit))
            {
                if (turns[i].Any(t => t != turn))
                    throw CreateTurnException(step, i);
                if (turns[i].Count > 0)
                    turns[branch.GoTo is { } label ? _script.FindLabel(label, i)!.Value : i + 1].Add(nextTurn);
                if (_isOwn[i])
                    break;
            }
        }
    }

    private bool IsOwnStep(ChatScriptStep step)
    {
        if (step.IsOwn is { } isOwn)
            return isOwn;
        var ownBranches = step.Branches.Count(b => string.Equals(b.Speaker, _localHandle, StringComparison.OrdinalIgnoreCase));
        if (ownBranches > 0 && ownBranches < step.Branches.Count)
            throw ScriptError.Create(step.Line, 1, $"The branches of a line must not have both '{_localHandle}' and another speaker.", nameof(ChatScriptOptions.Handle));
        return ownBranches > 0;
    }

    private HashSet<string> FindOthers(bool allowsManySpeakers)
    {
        var others = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _isOwn.Length; i++)
        {
            if (_isOwn[i])
                continue;
            foreach (var branch in _script.Steps[i].Branches)
            {
                if (branch.Speaker is not { } speaker || others.Contains(speaker))
                    continue;
                if (others.Count == 1 && !allowsManySpeakers)
                {
                    throw ScriptError.Create(_script.Steps[i].Line, 1, $"Unexpected third speaker '{speaker}'. "
                        + $"In this session, the lines of '{_localHandle}' are sent and the lines of '{others.First()}' are expected.", nameof(ChatScriptOptions.Handle));
                }
                others.Add(speaker);
            }
        }
        return others;
    }

    private static void ValidateOwnText(ChatScriptStep step, ScriptBranch branch, VariableScope variables, int maxLength)
    {
        if (branch.IsQuit || branch.Pattern.Placeholders.Any(p => !variables.Contains(p.Name)))
            return;
        try
        {
            MessageValidator.ThrowIfInvalid(branch.Pattern.Expand(variables), maxLength);
        }
        catch (ChatException e) when (e.Reason != ChatErrorReason.ScriptInvalid)
        {
            throw ScriptError.Create(step.Line, branch.Column, e.Message, e.Reason == ChatErrorReason.MessageTooLong ? nameof(ChatOptions.MaxMessageLength) : null);
        }
    }

    private ChatException CreateTurnException(ChatScriptStep step, int index)
    {
        var speaker = _isOwn[index] ? $"'{_localHandle}'" : step.Branches[0].Speaker is { } handle ? $"'{handle}'" : "the peer";
        return index == 0
            ? ScriptError.Create(step.Line, 1, $"It is not the turn of {speaker}. In this session, the other side has the first turn.", nameof(ChatOptions.Dialect))
            : ScriptError.Create(step.Line, 1,
                $"It is not the turn of {speaker}, who has already spoken. In this session, the speakers alternate.", nameof(ChatOptions.TurnOrder));
    }
}
