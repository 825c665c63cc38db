using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace PSPairChat.Unit;

/// <summary>Gives the tests a user folder of their own, so that none of them touches the keys of the user who runs them.</summary>
internal static class TestUserFolder
{
    [ModuleInitializer]
    internal static void Create()
    {
        var folder = Directory.CreateTempSubdirectory("pairchat-config-").FullName;
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
