using System;
using System.IO;

namespace PSPairChat.Security;

/// <summary>Where a user's key and the keys that the user trusts are kept.</summary>
internal static class UserFiles
{
    /// <summary>Gets the folder: <c>pairchat</c> below $XDG_CONFIG_HOME or ~/.config; %APPDATA% on Windows.</summary>
    public static string Folder
    {
        get
        {
            if (Path.DirectorySeparatorChar == '\\')
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "pairchat");
            var configured = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            return Path.IsPathRooted(configured ?? "")
                ? Path.Combine(configured!, "pairchat")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config", "pairchat");
        }
    }

    public static string KeyPath => Path.Combine(Folder, "key.pfx");

    public static KnownHosts KnownHosts => new(new LockedLineFile(Path.Combine(Folder, "known_hosts")));

    public static TrustedKeys TrustedKeys => new(new LockedLineFile(Path.Combine(Folder, "trusted_keys")));
}
