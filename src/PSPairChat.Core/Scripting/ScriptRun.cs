using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Sessions;

namespace PSPairChat.Scripting;

/// <summary>One run of a script.</summary>
internal sealed class ScriptRun
{
    // Clocks round; a deadline so near has passed.
    private static readonly TimeSpan MinimumWait = TimeSpan.FromMilliseconds(5);

    private readonly ChatSession _session;
    private readonly ChatScript _script;
    private readonly ChatScriptOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly string _localHandle;
    private readonly ScriptValidator _validator;
    private readonly VariableScope _variables;
    private readonly Dictionary<string, string> _captures = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ChatTranscriptEntry> _transcript = [];
    private readonly List<ChatMessage> _pending = [];   // in a room: what others of the script have said, and no line has asked for yet
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Deadline _deadline;
    private int _index;
    private string? _actual;

    public ScriptRun(ChatSession session, ChatScript script, ChatScriptOptions options, CancellationToken cancellationToken)
    {
        _session = session;
        _script = script;
        _options = options;
        _cancellationToken = cancellationToken;
        _deadline = Deadline.After(options.TotalTimeout);
        _localHandle = options.Handle ?? session.Handle;
        _variables = new VariableScope(options.Variables);
        _validator = new ScriptValidator(script, _localHandle, session.HasManySpeakers);
    }

    private ChatScriptStep Step => _script.Steps[_index];

    public ChatScriptResult Run()
    {
        _validator.ValidateTexts(_variables, _session.Options.MaxMessageLength);
        DetachLastConversation();
        _validator.ValidateTurns(GetFirstTurn());
        try
        {
            while (_index < _script.Steps.Count)
                _index = _validator.IsOwn(_index) ? SendStep(Step) : ExpectStep(Step);
            return CreateResult(null);
        }
        catch (ChatException e)
        {
            return CreateResult(AddLocation(Step, e));
        }
    }

    // At a server, an ending that nobody has been told is not the beginning of this conversation, unless it is what the script begins with.
    private void DetachLastConversation()
    {
        _session.Refresh();
        if (_session.Role == ChatRole.Server && _session.State == ChatSessionState.Listening && _session.Peer is not null
            && !_script.Steps.Take(1).Any(AllowsEnd))
        {
            _session.TryReceive(TimeSpan.Zero, waitOnOwnTurn: true, _cancellationToken);
        }
    }

    // A dialect may give the server the first turn; that shows only once the client is there and has opened.
    private ChatTurn GetFirstTurn()
    {
        var dialect = _session.Options.Dialect;
        if (_session.Turn == ChatTurn.Free || dialect.IsAuto || _session.Peer is not null && _session.MessagesSent + _session.MessagesReceived > 0)
            return _session.Turn;
        return dialect.FirstSpeaker == (_session.Role == ChatRole.Server ? ChatSide.Server : ChatSide.Client) ? ChatTurn.Mine : ChatTurn.Theirs;
    }

    private int SendStep(ChatScriptStep step)
    {
        var alternative = step.Branches[0];
        _cancellationToken.ThrowIfCancellationRequested();
        if (_deadline.HasPassed)
            throw CreateTotalTimeoutException();
        if (_transcript.Count == 0 && !alternative.IsQuit && !_session.WaitForPeer(GetTimeout(step), _cancellationToken))
            throw CreateTimeoutException(step, "Nobody called");
        var text = alternative.Pattern.Expand(_variables);
        var said = _session.Send(text, _cancellationToken);
        _transcript.Add(said is null ? ChatTranscriptEntry.CreateQuit(_localHandle, isMine: true) : new ChatTranscriptEntry(said));
        // What the other end captures of it can be used here as well.
        SetCaptures(alternative.Pattern is RegexPattern ? alternative.Pattern.Match(text, _variables) : null);
        return Next(step, alternative, said);
    }

    private int ExpectStep(ChatScriptStep step)
    {
        if (ReceiveFor(step) is not { } message)
            return Next(step, ExpectedEnd(step), null);
        _actual = message.Text;
        foreach (var alternative in step.Branches)
        {
            if (_session.HasManySpeakers && !IsSaidBy(message, alternative) || alternative.Pattern.Match(message.Text, _variables) is not { } captures)
                continue;
            SetCaptures(captures);
            var next = Next(step, alternative, message);
            _actual = null;
            return next;
        }
        throw CreateFailure($"'{DisplayText.Sanitize(message.Text)}' was said where {Expected(step)} is expected.");
    }

    private int Next(ChatScriptStep step, ScriptBranch alternative, ChatMessage? message)
    {
        var label = step.Then?.Invoke(message, _captures) ?? alternative.GoTo;
        if (label is null)
            return alternative.IsQuit ? _script.Steps.Count : _index + 1;
        return _script.FindLabel(label, _index) ?? throw CreateFailure($"No line below is the label :{label}.");
    }

    // The next message that concerns the step; null when the conversation has ended.
    private ChatMessage? ReceiveFor(ChatScriptStep step)
    {
        var deadline = Deadline.After(GetTimeout(step));
        if (_pending.Find(m => IsRelevant(m, step)) is { } kept)
        {
            _pending.Remove(kept);
            return kept;
        }
        while (true)
        {
            // An end may come at any turn.
            var result = _session.TryReceive(deadline.Remaining, waitOnOwnTurn: AllowsEnd(step), _cancellationToken);
            switch (result.Outcome)
            {
                case ReceiveOutcome.Message:
                    var message = result.Message!;
                    _transcript.Add(new ChatTranscriptEntry(message));
                    if (message.IsHistory)
                        break;
                    if (!_session.HasManySpeakers || IsRelevant(message, step))
                        return message;
                    if (_validator.Others.Contains(message.From))
                        AddToTranscript(message);
                    break;
                case ReceiveOutcome.Ended when result.Error is not null:
                    throw CreateFailure(result.Error.Message, result.Error.Reason, result.Error);
                case ReceiveOutcome.Ended:
                    return null;
                case ReceiveOutcome.TimedOut:
                    throw CreateTimeoutException(step, "Nothing came");
                default:
                    throw CreateFailure("It is our own turn to speak, and nothing is unread.", ChatErrorReason.YourTurn);
            }
        }
    }

    private void AddToTranscript(ChatMessage message)
    {
        if (_pending.Count == DeferredMessages.Capacity)
            throw CreateFailure($"{DeferredMessages.Capacity} messages have come that no line above asks for.", ChatErrorReason.InboxFull);
        _pending.Add(message);
    }

    private static bool IsRelevant(ChatMessage message, ChatScriptStep step) => step.Branches.Any(a => IsSaidBy(message, a));

    private static bool AllowsEnd(ChatScriptStep step) => step.Branches.Any(a => a.IsQuit);

    private static bool IsSaidBy(ChatMessage message, ScriptBranch alternative) =>
        alternative.Speaker is null || string.Equals(message.From, alternative.Speaker, StringComparison.OrdinalIgnoreCase);

    private ScriptBranch ExpectedEnd(ChatScriptStep step)
    {
        if (_session.CloseReason is ChatCloseReason.LocalQuit or ChatCloseReason.Stopped)
            throw CreateFailure("The session was closed meanwhile.", ChatErrorReason.SessionClosed);
        if (step.Branches.FirstOrDefault(a => a.IsQuit) is not { } quit)
            throw CreateFailure($"The other end has left where {Expected(step)} is expected.", ChatErrorReason.PeerQuit);
        _transcript.Add(ChatTranscriptEntry.CreateQuit(quit.Speaker ?? "peer", isMine: false));
        return quit;
    }

    private void SetCaptures(IReadOnlyDictionary<string, string>? captures)
    {
        foreach (var capture in captures ?? ScriptPattern.NoCaptures)
        {
            _captures[capture.Key] = capture.Value;
            _variables.Set(capture.Key, capture.Value);
        }
    }

    private TimeSpan? GetTimeout(ChatScriptStep step)
    {
        var timeout = step.Timeout ?? _options.Timeout;
        return _deadline.Remaining is { } left && (timeout is null || left < timeout) ? left : timeout;
    }

    private ChatException CreateTimeoutException(ChatScriptStep step, string what)
    {
        var timeout = step.Timeout ?? _options.Timeout;
        return timeout is null || _deadline.Remaining < timeout && _deadline.Remaining < MinimumWait ? CreateTotalTimeoutException()
            : CreateFailure($"{what} within {timeout.Value.TotalSeconds:0.###} seconds.", ChatErrorReason.ReceiveTimedOut);
    }

    private ChatException CreateTotalTimeoutException() => new(
        ChatErrorReason.ReceiveTimedOut, $"The script is not done after {_options.TotalTimeout!.Value.TotalSeconds:0.###} seconds, its deadline.");

    private static ChatException CreateFailure(string why, ChatErrorReason reason = ChatErrorReason.ExpectationFailed, Exception? cause = null) =>
        new(reason, why, cause);

    // Every failure tells its line first, as a refusal does.
    private static ChatException AddLocation(ChatScriptStep step, ChatException fault) =>
        fault.Reason == ChatErrorReason.ScriptInvalid ? fault : new ChatException(fault.Reason, $"Line {step.Line}: {fault.Message}", fault);

    private static string Expected(ChatScriptStep step) => $"'{DisplayText.Sanitize(step.Source)}'";

    private ChatScriptResult CreateResult(ChatException? fault)
    {
        var last = Math.Min(_index, _script.Steps.Count - 1);
        var step = last < 0 ? null : _script.Steps[last];
        var expected = fault is null || step is null || _validator.IsOwn(last) ? null : step.Source;
        return new ChatScriptResult(step, fault, expected, _actual, _captures, _transcript, _watch.Elapsed);
    }
}
