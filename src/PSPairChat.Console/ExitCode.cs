namespace PSPairChat.ConsoleApp;

/// <summary>The exit codes of <c>pairchat</c>.</summary>
internal static class ExitCode
{
    /// <summary>The chat ended normally, and all input was sent.</summary>
    public const int Success = 0;

    /// <summary>The connection could not be established, or the port could not be opened.</summary>
    public const int ConnectFailed = 1;

    /// <summary>The command line is invalid.</summary>
    public const int UsageError = 2;

    /// <summary>The connection was lost.</summary>
    public const int ConnectionLost = 3;

    /// <summary>Some of the input was not sent: it was rejected, or the peer left before.</summary>
    public const int InputNotSent = 4;

    /// <summary>The script failed: an unexpected message, a timeout, or the peer left.</summary>
    public const int ScriptFailed = 5;

    /// <summary>The standard output or the standard error stream could not be written.</summary>
    public const int OutputFailed = 6;

    /// <summary>Stopped because the terminal was disconnected, or by SIGHUP.</summary>
    public const int HungUp = 129;

    /// <summary>Stopped by Ctrl+C.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM.</summary>
    public const int Terminated = 143;
}
