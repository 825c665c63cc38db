namespace PSPairChat.ConsoleApp;

/// <summary>What <c>pairchat</c> tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Somebody left, and everything was said.</summary>
    public const int Success = 0;

    /// <summary>No connection came about, or the port could not be listened on.</summary>
    public const int NoConnection = 1;

    /// <summary>The command line is wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>The peer broke off.</summary>
    public const int ConnectionLost = 3;

    /// <summary>Some of the input was not said: it was refused, or the peer left before.</summary>
    public const int InputNotSent = 4;

    /// <summary>The script failed: something else was said than it expects, or nothing in time, or the peer left.</summary>
    public const int ScriptFailed = 5;

    /// <summary>Ended by a signal: this and its number, so 130 for Ctrl+C.</summary>
    public const int Signal = 128;

    /// <summary>Ctrl+C.</summary>
    public const int Interrupted = Signal + 2;
}
