using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The files known_hosts, trusted_keys and key.pfx: what they keep, and what a damaged or locked one does.</summary>
public sealed class KeyFileTests : IDisposable
{
    private static readonly KeyFingerprint One = KeyFingerprint.FromCertificate([1]);
    private static readonly KeyFingerprint Two = KeyFingerprint.FromCertificate([2]);

    private readonly string _folder = Directory.CreateTempSubdirectory("pairchat-").FullName;
    private readonly string _path;

    public KeyFileTests() => _path = Path.Combine(_folder, "keys");

    private static string Today => DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Known_host_is_found_behind_lines_that_are_not_entries()
    {
        File.WriteAllLines(_path, ["# comment", "", "[flip1]:1", $"[flip1]:1 nonsense {Today}", $"[flip2]:1 {Two} {Today}", $"[flip1]:12 {Two} {Today}",
            $"\t[FLIP1]:1\t{One.ToString().Replace("SHA256", "sha256", StringComparison.Ordinal)}", $"[flip1]:1 {Two} {Today}"]);
        var hosts = new KnownHosts(new LockedLineFile(_path));
        Assert.Equal(_path, hosts.Path);
        Assert.Equal((One, 7), (hosts.Find("flip1", 1, out var line), line));
        Assert.Equal((Two, 6), (hosts.Find("flip1", 12, out line), line));
        Assert.Null(hosts.Find("flip", 1, out _));
    }

    [Fact]
    public void Known_host_replaces_the_key_of_this_server_only()
    {
        string[] others = ["# comment", $"[flip1]:5432 {One} 2026-01-01", $"[flip2]:54321 {One} 2026-01-01"];
        File.WriteAllLines(_path, [others[0], $"[Flip1]:54321 {One} 2026-01-01", others[1], $"[flip1]:54321 {One} 2026-01-02", others[2]]);
        var hosts = new KnownHosts(new LockedLineFile(_path));
        hosts.Set("flip1", 54321, Two);
        Assert.Equal([.. others, $"[flip1]:54321 sha256{Two.ToString()[6..]} {Today}"], File.ReadAllLines(_path));
        Assert.Equal((Two, 4), (hosts.Find("flip1", 54321, out var line), line));
    }

    [Fact]
    public void Trusted_keys_are_those_of_complete_lines()
    {
        string[] lines = ["# comment", "", $"{One} Chris", $"{One} Chris yesterday", "SHA256:AAAA Chris 2026-01-02", $"{Two}\tAnn  2026-03-04 more"];
        File.WriteAllLines(_path, lines);
        var keys = new TrustedKeys(new LockedLineFile(_path));
        var key = Assert.Single(keys.GetKeys());
        Assert.Equal(("Ann", Two.ToString(), new DateTime(2026, 3, 4), Two.ToString()), (key.Handle, key.Fingerprint, key.AddedAt, key.ToString()));
        Assert.Equal((false, true), (keys.Contains(One), keys.Contains(Two)));
        // Neither a change nor a removal touches other lines.
        keys.Add(Two, "Bob");
        Assert.Equal(lines, File.ReadAllLines(_path));
        keys.Add(One, "Bob");
        Assert.Equal([.. lines, $"{One} Bob {Today}"], File.ReadAllLines(_path));
        Assert.True(keys.Remove(Two));
        Assert.Equal([.. lines[..^1], $"{One} Bob {Today}"], File.ReadAllLines(_path));
        Assert.True(keys.Contains(One));
    }

    [Fact]
    public void File_that_does_not_exist_has_no_lines_and_is_created_with_its_folder_for_the_owner_only()
    {
        var path = Path.Combine(_folder, "config", "known_hosts");
        var file = new LockedLineFile(path);
        Assert.Empty(file.ReadLines());
        Assert.False(File.Exists(path));
        file.Update(lines => lines.AddRange(["one", "two", "three"]));
        file.Update(lines => lines.RemoveAt(1));
        Assert.Equal("one\nthree\n", File.ReadAllText(path));
        Assert.Equal(["one", "three"], file.ReadLines());
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Change_waits_until_another_process_has_closed_the_file()
    {
        File.WriteAllText(_path, "one\n");
        var file = new LockedLineFile(_path);
        Task change, read;
        using (new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            change = Task.Run(() => file.Update(lines => lines.Add("two")));
            read = Task.Run(file.ReadLines);
            Assert.NotSame(change, await Task.WhenAny(change, read, Task.Delay(100)));
            Assert.False(change.IsCompleted || read.IsCompleted);
        }
        await change.WaitAsync(TimeSpan.FromSeconds(4));
        await read.WaitAsync(TimeSpan.FromSeconds(4));
        Assert.Equal(["one", "two"], file.ReadLines());
    }

    [Fact]
    public void File_that_cannot_be_written_is_an_error_that_names_it()
    {
        Directory.CreateDirectory(_path);
        var error = Assert.Throws<ChatException>(() => new LockedLineFile(_path).Update(lines => lines.Add("x")));
        Assert.Equal(ChatErrorReason.KeyInvalid, error.Reason);
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public void File_is_created_once_and_never_replaced()
    {
        Assert.True(OwnerOnlyFile.TryCreate(_path, Encoding.ASCII.GetBytes("one")));
        Assert.False(OwnerOnlyFile.TryCreate(_path, Encoding.ASCII.GetBytes("two")));
        Assert.Equal("one", File.ReadAllText(_path));
        Assert.Equal([_path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void File_that_many_create_at_once_is_that_of_the_only_one_who_succeeded()
    {
        for (var round = 0; round < 200; round++)
        {
            var path = Path.Combine(_folder, $"{round}");
            using var start = new Barrier(4);
            var created = new bool[4];
            var threads = new Thread[created.Length];
            for (var i = 0; i < threads.Length; i++)
            {
                var writer = i;
                threads[i] = new Thread(() =>
                {
                    start.SignalAndWait();
                    created[writer] = OwnerOnlyFile.TryCreate(path, [(byte)writer]);
                });
                threads[i].Start();
            }
            Array.ForEach(threads, thread => thread.Join());
            Assert.Equal(1, created.Count(c => c));
            Assert.Equal((byte)Array.IndexOf(created, true), Assert.Single(File.ReadAllBytes(path)));
        }
    }

    [Fact]
    public void Permissions_of_a_folder_that_exists_are_not_changed()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        File.SetUnixFileMode(_folder, mode);
        OwnerOnlyFile.CreateDirectory(_folder);
        Assert.Equal(mode, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public void Key_is_loaded_again_after_its_file_has_changed()
    {
        var path = Path.Combine(_folder, "key.pfx");
        var first = UserKey.Load(path);
        Assert.Same(first, UserKey.Load(path));
        Assert.Equal((first.Fingerprint.ToString(), path, File.GetLastWriteTime(path)),
            (first.ToChatKey().Fingerprint, first.ToChatKey().Path, first.ToChatKey().CreatedAt));
        File.Delete(path);
        var second = UserKey.Load(path);
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.Equal(KeyFingerprint.FromCertificate(second.Credentials.Certificate.RawData), second.Fingerprint);
        var other = UserKey.Load(Path.Combine(_folder, "other.pfx"));
        Assert.NotEqual(second.Fingerprint, other.Fingerprint);
        Assert.Equal(second.Fingerprint, UserKey.Load(path).Fingerprint);
    }
}
