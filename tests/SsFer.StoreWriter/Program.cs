// A process that writes to a store, for tests of what happens when several do, or when one is killed.
//   STORE claim PATH COUNT      puts PATH/0 ... PATH/COUNT-1 where absent; prints the numbers it won, one a line
//   STORE increment PATH TIMES  raises the number stored at PATH
//   STORE hang PATH BYTES       streams BYTES bytes to PATH, prints "waiting" and never ends
// STORE is folder:DIR or a connection string. A line on standard input is the starting signal.
using System.Globalization;
using SsFer.Artifacts.Azure;
using SsFer.Artifacts.Storage;
using SsFer.StoreWriter;

const string FolderPrefix = "folder:";
var (connection, act, path, number) = (args[0], args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
IArtifactStore store = connection.StartsWith(FolderPrefix, StringComparison.Ordinal)
    ? new FolderArtifactStore(connection[FolderPrefix.Length..])
    : new BlobArtifactStore(BlobConnection.Open(connection));
var writer = new Writer(store, path);

Console.WriteLine("ready");
Console.ReadLine();
await (
    act switch
    {
        "claim" => writer.ClaimAsync(number, Console.Out),
        "increment" => writer.IncrementAsync(number),
        "hang" => writer.HangAsync(number, Console.Out),
        _ => throw new ArgumentException($"unknown act '{act}'"),
    }
);
