using System;
using System.CommandLine;
using System.Threading;

namespace PSPairChat.ConsoleApp;

/// <summary>The options of <c>serve</c> for a room that several servers carry.</summary>
internal sealed class BackplaneServeOptions
{
    private readonly Option<string?> _backplane = new("--backplane")
    {
        Description = "The Redis server over which several servers carry the room: redis://[:PASSWORD@]HOST[:PORT][/DATABASE], or rediss:// for TLS.",
        HelpName = "URL",
    };

    private readonly Option<string?> _fingerprint = new("--backplane-fingerprint")
    {
        Description = "The fingerprint of the certificate of the Redis server. By default, the system decides whether to trust the certificate.",
        HelpName = "SHA256:...",
    };

    private readonly Option<int> _historyLimit = NumberParser.CreateOption(
        "--history-limit", "The number of entries that the log of the room in Redis keeps, approximately.", RoomOptions.DefaultHistoryLimit, 1, int.MaxValue);

    private readonly Option<int> _metricsInterval = NumberParser.CreateOption(
        "--metrics-interval", "The number of seconds between two notices about the connection to the backplane; 0 for none.", 0, 0, 86_400);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _backplane, _fingerprint, _historyLimit, _metricsInterval })
            command.Options.Add(option);
    }

    /// <summary>Adds the options to the options of a room.</summary>
    public RoomOptions Apply(ParseResult parseResult, RoomOptions options) => options with
    {
        Backplane = parseResult.GetValue(_backplane),
        BackplaneFingerprint = parseResult.GetValue(_fingerprint),
        HistoryLimit = parseResult.GetValue(_historyLimit),
    };

    /// <summary>Starts to write the state of the backplane as notices of a room, until the returned timer is disposed of.</summary>
    /// <returns>The timer; null if no such notices are requested.</returns>
    public Timer? StartMetrics(ParseResult parseResult, RoomSession room)
    {
        var interval = TimeSpan.FromSeconds(parseResult.GetValue(_metricsInterval));
        return interval > TimeSpan.Zero && room.Backplane is not null
            // The chat does not display notices of the kind Lifecycle.
            ? new Timer(_ => room.AddNotice(ChatNoticeKind.Presence, $"{room.Backplane}."), null, interval, interval)
            : null;
    }
}
