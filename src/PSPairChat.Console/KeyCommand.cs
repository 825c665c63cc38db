using System.CommandLine;
using PSPairChat.Security;

namespace PSPairChat.ConsoleApp;

/// <summary>The command <c>pairchat key</c>: prints the fingerprint of the user's key.</summary>
internal static class KeyCommand
{
    public static Command Create()
    {
        var command = new Command("key", "Print the fingerprint of the user's key, which identifies the user's secure servers and clients.");
        command.SetAction(parseResult =>
        {
            var key = UserKey.Load();
            parseResult.InvocationConfiguration.Output.WriteLine(key.Fingerprint.ToString());
            parseResult.InvocationConfiguration.Error.WriteLine(key.Path);
        });
        return command;
    }
}
