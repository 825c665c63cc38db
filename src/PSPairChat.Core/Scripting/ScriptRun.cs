using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using PSPairChat.Connections;
using PSPairChat.Sessions;

namespace PSPairChat.Scripting;

/// <summary>Runs a script in a session.</summary>
internal sealed class ScriptRun
{
    // Clocks are not exact. A deadline that is nearer than this has passed.
    private static readonly TimeSpan DeadlineTolerance = TimeSpan.FromMilliseconds(5);

    private readonly ChatSession _session;
    private readonly ChatScript _script;
    private readonly ChatScriptOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly string _localHandle;
    private readonly ScriptValidator _validator;
    private readonly VariableScope _variables;
    private readonly Dictionary<string, string> _captures = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ChatTranscriptEntry> _transcript = [];
    private readonly List<ChatMessage> _pending = [];   // in a room: messages of the script's speakers that no step has read yet
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
        SkipLastEnd();
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

    // At a server, reads an end of the last conversation that has not been reported, unless the script begins with it.
    private void SkipLastEnd()
    {
        _session.Refresh();
        // The peer first: once its end is reported, it has none, and the next client may connect before the state is read.
        if (_session.Role == ChatRole.Server && _session.CurrentPeer is not null && _session.State == ChatSessionState.Listening
            && !_script.Steps.Take(1).Any(AllowsEnd))
        {
            _session.TryReceive(TimeSpan.Zero, waitOnOwnTurn: true, _cancellationToken);
        }
    }

    // With some dialects the server has the first turn, which the session knows only after the client's greeting.
    private ChatTurn GetFirstTurn()
    {
        var dialect = _session.Options.Dialect;
        if (_session.CurrentTurn == ChatTurn.Free || dialect.IsAuto || _session.CurrentPeer is not null && _session.MessagesSent + _session.MessagesReceived > 0)
            return _session.CurrentTurn;
        return dialect.FirstSpeaker == (_session.Role == ChatRole.Server ? ChatSide.Server : ChatSide.Client) ? ChatTurn.Mine : ChatTurn.Theirs;
    }

    private int SendStep(ChatScriptStep step)
    {
        var branch = step.Branches[0];
        _cancellationToken.ThrowIfCancellationRequested();
        if (_deadline.HasPassed)
            throw CreateTotalTimeoutException();
        if (_transcript.Count == 0 && !branch.IsQuit && !_session.WaitForPeer(GetTimeout(step), _cancellationToken))
            throw CreateTimeoutException(step, "No client connected");
        var text = branch.Pattern.Expand(_variables);
        var message = _session.Send(text, _cancellationToken);
        _transcript.Add(message is null ? ChatTranscriptEntry.CreateQuit(_localHandle, isMine: true) : new ChatTranscriptEntry(message));
        // Both sides can use what the peer captures.
        SetCaptures(branch.Pattern is RegexPattern ? branch.Pattern.Match(text, _variables) : null);
        return GetNextStep(step, branch, message);
    }

    private int ExpectStep(ChatScriptStep step)
    {
        if (ReceiveFor(step) is not { } message)
            return GetNextStep(step, OnEnded(step), null);
        _actual = message.Text;
        foreach (var branch in step.Branches)
        {
            if (_session.HasManySpeakers && !IsFrom(message, branch) || branch.Pattern.Match(message.Text, _variables) is not { } captures)
                continue;
            SetCaptures(captures);
            var next = GetNextStep(step, branch, message);
            _actual = null;
            return next;
        }
        throw CreateFailure($"Expected {FormatSource(step)}, but received '{DisplayText.Sanitize(message.Text)}'.");
    }

    private int GetNextStep(ChatScriptStep step, ScriptBranch branch, ChatMessage? message)
    {
        var label = step.LabelSelector?.Invoke(message, _captures) ?? branch.GoTo;
        if (label is null)
            return branch.IsQuit ? _script.Steps.Count : _index + 1;
        return _script.FindLabel(label, _index) ?? throw CreateFailure($"The label :{label} was not found below this line.");
    }

    // Receives the next message of a speaker of the step; null if the conversation has ended.
    private ChatMessage? ReceiveFor(ChatScriptStep step)
    {
        var deadline = Deadline.After(GetTimeout(step));
        if (_pending.Find(m => IsRelevant(m, step)) is { } pending)
        {
            _pending.Remove(pending);
            return pending;
        }
        while (true)
        {
            // The conversation may end at any turn.
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
                        AddPending(message);
                    break;
                case ReceiveOutcome.Ended when result.Error is not null:
                    throw CreateFailure(result.Error.Message, result.Error.Reason, result.Error);
                case ReceiveOutcome.Ended:
                    return null;
                case ReceiveOutcome.TimedOut:
                    throw CreateTimeoutException(step, "No message was received", result.IsUnanswered ? " " + ReceiveResult.BusyServerHint : "");
                default:
                    throw CreateFailure("No message can be received: it is the turn of the local side, and nothing is unread.", ChatErrorReason.YourTurn);
            }
        }
    }

    private void AddPending(ChatMessage message)
    {
        if (_pending.Count == DeferredMessages.Capacity)
            throw CreateFailure($"{DeferredMessages.Capacity} messages were received that no line of the script has read.", ChatErrorReason.InboxFull);
        _pending.Add(message);
    }

    private static bool IsRelevant(ChatMessage message, ChatScriptStep step) => step.Branches.Any(b => IsFrom(message, b));

    private static bool AllowsEnd(ChatScriptStep step) => step.Branches.Any(b => b.IsQuit);

    private static bool IsFrom(ChatMessage message, ScriptBranch branch) =>
        branch.Speaker is null || string.Equals(message.From, branch.Speaker, StringComparison.OrdinalIgnoreCase);

    private ScriptBranch OnEnded(ChatScriptStep step)
    {
        if (_session.CloseReason is ChatCloseReason.LocalQuit or ChatCloseReason.Stopped)
            throw CreateFailure("The session was closed.", ChatErrorReason.SessionClosed);
        if (step.Branches.FirstOrDefault(b => b.IsQuit) is not { } quit)
            throw CreateFailure($"Expected {FormatSource(step)}, but the peer left.", ChatErrorReason.PeerQuit);
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
        return _deadline.Remaining is { } remaining && (timeout is null || remaining < timeout) ? remaining : timeout;
    }

    private ChatException CreateTimeoutException(ChatScriptStep step, string message, string hint = "")
    {
        var timeout = step.Timeout ?? _options.Timeout;
        return timeout is null || _deadline.Remaining < timeout && _deadline.Remaining < DeadlineTolerance ? CreateTotalTimeoutException()
            : CreateFailure($"{message} within {timeout.Value.TotalSeconds:0.###} seconds.{hint}", ChatErrorReason.ReceiveTimedOut);
    }

    private ChatException CreateTotalTimeoutException() => new(
        ChatErrorReason.ReceiveTimedOut, $"The script did not complete within {_options.TotalTimeout!.Value.TotalSeconds:0.###} seconds.");

    private static ChatException CreateFailure(string message, ChatErrorReason reason = ChatErrorReason.ExpectationFailed, Exception? cause = null) =>
        new(reason, message, cause);

    // Every error begins with the line, as errors of the validation do.
    private static ChatException AddLocation(ChatScriptStep step, ChatException error) =>
        error.Reason == ChatErrorReason.ScriptInvalid ? error : new ChatException(error.Reason, $"Line {step.Line}: {error.Message}", error)
        {
            OptionName = error.OptionName,
            RecommendedAction = error.RecommendedAction,
        };

    private static string FormatSource(ChatScriptStep step) => $"'{DisplayText.Sanitize(step.Source)}'";

    private ChatScriptResult CreateResult(ChatException? error)
    {
        var last = Math.Min(_index, _script.Steps.Count - 1);
        var step = last < 0 ? null : _script.Steps[last];
        var expected = error is null || step is null || _validator.IsOwn(last) ? null : step.Source;
        return new ChatScriptResult(step, error, expected, _actual, _captures, _transcript, _watch.Elapsed)
        {
            Name = _script.Name,
        };
    }
}
