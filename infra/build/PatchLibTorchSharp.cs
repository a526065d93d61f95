// Compiled by MSBuild (RoslynCodeTaskFactory, netstandard2.0 references), see NativeRuntime.targets.
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace SsFer.Build
{
    /// <summary>
    /// Lets TorchSharp's libLibTorchSharp.so load where the C++ runtime is older than GCC 13's.
    /// The library imports one symbol that such a runtime lacks: the start-up hook that GCC 13's &lt;iostream&gt; calls. Older runtimes
    /// initialise their streams without it, so the import is pointed at another function that takes no argument and has no effect, and
    /// the version requirement is marked weak. Twelve bytes of the copy in the output folder change; the package cache is never touched.
    /// A library in which anything else is found than expected is refused.
    /// </summary>
    public sealed class PatchLibTorchSharp : Task
    {
        private const string MissingVersion = "GLIBCXX_3.4.32";
        private const string Hook = "_ZSt21ios_base_library_initv";
        private const string StandIn = "_ZNSt6chrono3_V212steady_clock3nowEv";
        private const string StandInVersion = "GLIBCXX_3.4.19";
        private const string Cure =
            "Use a system with the GCC 13 runtime (Ubuntu 24.04, Debian 13, the official .NET 10 images) or the TorchSharp "
            + "version named in Directory.Packages.props.";
        private const ushort WeakFlag = 0x2;

        /// <summary>Copy of libLibTorchSharp.so in an output or publish folder.</summary>
        [Required]
        public string Library { get; set; }

        /// <summary>The C++ runtime to load with; empty to look in the system's library folders.</summary>
        public string Runtime { get; set; }

        /// <summary>Whether to change the library even where the runtime here lacks nothing: it is for other machines, too.</summary>
        public bool Always { get; set; }

        public override bool Execute()
        {
            try
            {
                string runtime = string.IsNullOrEmpty(Runtime) ? FindRuntime() : Runtime;
                if (!Always && (runtime == null || Contains(File.ReadAllBytes(runtime), MissingVersion)))
                {
                    return true; // nothing is missing, or there is no runtime here to judge by
                }

                byte[] bytes = File.ReadAllBytes(Library);
                if (!TryPatch(bytes))
                {
                    return true; // patched before
                }

                DateTime stamp = File.GetLastWriteTimeUtc(Library);
                string patched = Library + ".patched";
                File.WriteAllBytes(patched, bytes);
                File.SetLastWriteTimeUtc(patched, stamp); // an unchanged stamp keeps incremental builds from copying the original again
                File.Delete(Library); // it may be a hard link into the package cache: replace the name, never the content
                File.Move(patched, Library);
                Log.LogMessage(MessageImportance.Normal, "{0}: made loadable with {1}, which lacks {2}.", Library, runtime, MissingVersion);
                return true;
            }
            catch (InvalidDataException unexpected)
            {
                Log.LogError(
                    "SsFer cannot make {0} loadable on this system, whose libstdc++ lacks {1}: {2}. {3}",
                    Library,
                    MissingVersion,
                    unexpected.Message,
                    Cure
                );
                return false;
            }
        }

        private static string FindRuntime()
        {
            foreach (string folder in new[] { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" })
            {
                string file = Path.Combine(folder, "libstdc++.so.6");
                if (File.Exists(file))
                {
                    return file;
                }
            }

            return null;
        }

        /// <summary>As <see cref="Patch"/>, with every offset that a damaged table holds answered alike.</summary>
        private static bool TryPatch(byte[] elf)
        {
            try
            {
                return Patch(elf);
            }
            catch (Exception fault) when (fault is ArgumentException || fault is IndexOutOfRangeException || fault is OverflowException)
            {
                throw new InvalidDataException("one of its tables points outside of it", fault);
            }
        }

        /// <summary>Changes the bytes in place; false where that was done before.</summary>
        private static bool Patch(byte[] elf)
        {
            if (
                elf.Length < 64
                || elf[0] != 0x7F
                || elf[1] != 'E'
                || elf[2] != 'L'
                || elf[3] != 'F'
                || elf[4] != 2
                || elf[5] != 1
                || BitConverter.ToUInt16(elf, 18) != 62
            )
            {
                throw new InvalidDataException("it is not an x86-64 ELF library");
            }

            Dictionary<string, Section> sections = ReadSections(elf);
            Section symbols = Find(sections, ".dynsym"),
                strings = Find(sections, ".dynstr"),
                versions = Find(sections, ".gnu.version"),
                needs = Find(sections, ".gnu.version_r");
            Dictionary<string, Need> needed = ReadNeeds(elf, needs, strings);
            Need missing,
                standInNeed;
            if (!needed.TryGetValue(MissingVersion, out missing) || !needed.TryGetValue(StandInVersion, out standInNeed))
            {
                throw new InvalidDataException("it does not ask for both " + MissingVersion + " and " + StandInVersion);
            }

            int hook = -1,
                standIn = -1,
                ofMissingVersion = 0;
            for (int i = 0; i < symbols.Size / 24; i++)
            {
                int version = BitConverter.ToUInt16(elf, versions.Offset + (2 * i)) & 0x7FFF;
                string name = ReadString(elf, strings.Offset + (int)BitConverter.ToUInt32(elf, symbols.Offset + (24 * i)));
                bool imported = BitConverter.ToUInt16(elf, symbols.Offset + (24 * i) + 6) == 0;
                if (version == missing.Index)
                {
                    ofMissingVersion++;
                    hook = imported && name == Hook ? i : hook;
                }
                else if (imported && name == StandIn && version == standInNeed.Index && standIn < 0)
                {
                    standIn = i;
                }
            }

            bool weak = (BitConverter.ToUInt16(elf, missing.FlagsOffset) & WeakFlag) != 0;
            if (ofMissingVersion == 0 && weak)
            {
                return false;
            }

            if (ofMissingVersion != 1 || hook < 0 || standIn < 0 || weak)
            {
                throw new InvalidDataException(
                    "expected exactly one import of version "
                        + MissingVersion
                        + ", "
                        + Hook
                        + ", and found "
                        + ofMissingVersion
                        + (hook < 0 ? " without it" : "")
                        + (standIn < 0 ? ", and no import of " + StandIn : "")
                );
            }

            Array.Copy(elf, symbols.Offset + (24 * standIn), elf, symbols.Offset + (24 * hook), 4);
            Array.Copy(elf, versions.Offset + (2 * standIn), elf, versions.Offset + (2 * hook), 2);
            elf[missing.FlagsOffset] |= (byte)WeakFlag;
            return true;
        }

        private static Dictionary<string, Section> ReadSections(byte[] elf)
        {
            long table = BitConverter.ToInt64(elf, 40);
            int size = BitConverter.ToUInt16(elf, 58),
                count = BitConverter.ToUInt16(elf, 60),
                names = BitConverter.ToUInt16(elf, 62);
            if (size != 64 || table <= 0 || table + ((long)size * count) > elf.Length || names >= count)
            {
                throw new InvalidDataException("its section table is damaged");
            }

            var result = new Dictionary<string, Section>();
            long nameTable = BitConverter.ToInt64(elf, (int)table + (size * names) + 24);
            for (int i = 0; i < count; i++)
            {
                int at = (int)table + (size * i);
                long offset = BitConverter.ToInt64(elf, at + 24),
                    length = BitConverter.ToInt64(elf, at + 32);
                bool inFile = BitConverter.ToUInt32(elf, at + 4) != 8; // SHT_NOBITS occupies nothing
                if (inFile && (offset < 0 || length < 0 || offset + length > elf.Length))
                {
                    throw new InvalidDataException("a section reaches past its end");
                }

                result[ReadString(elf, (int)(nameTable + BitConverter.ToUInt32(elf, at)))] = new Section
                {
                    Offset = (int)offset,
                    Size = (int)length,
                };
            }

            return result;
        }

        private static Dictionary<string, Need> ReadNeeds(byte[] elf, Section needs, Section strings)
        {
            var result = new Dictionary<string, Need>();
            int library = needs.Offset;
            for (int left = needs.Size / 16; left > 0; left--) // a damaged list may lead round in circles
            {
                int version = library + (int)BitConverter.ToUInt32(elf, library + 8);
                for (int i = BitConverter.ToUInt16(elf, library + 2); i > 0; i--)
                {
                    string name = ReadString(elf, strings.Offset + (int)BitConverter.ToUInt32(elf, version + 8));
                    result[name] = new Need { Index = BitConverter.ToUInt16(elf, version + 6) & 0x7FFF, FlagsOffset = version + 4 };
                    version += (int)BitConverter.ToUInt32(elf, version + 12);
                }

                int next = (int)BitConverter.ToUInt32(elf, library + 12);
                if (next == 0)
                {
                    return result;
                }

                library += next;
            }

            throw new InvalidDataException("its list of needed versions does not end");
        }

        private static Section Find(Dictionary<string, Section> sections, string name)
        {
            Section found;
            if (!sections.TryGetValue(name, out found))
            {
                throw new InvalidDataException("it has no section " + name);
            }

            return found;
        }

        private static string ReadString(byte[] bytes, int at)
        {
            int end = at >= 0 && at < bytes.Length ? Array.IndexOf(bytes, (byte)0, at) : -1;
            if (end < 0)
            {
                throw new InvalidDataException("a name lies outside of it");
            }

            return Encoding.ASCII.GetString(bytes, at, end - at);
        }

        private static bool Contains(byte[] bytes, string text)
        {
            byte[] sought = Encoding.ASCII.GetBytes(text + "\0");
            for (
                int i = Array.IndexOf(bytes, sought[0]);
                i >= 0 && i + sought.Length <= bytes.Length;
                i = Array.IndexOf(bytes, sought[0], i + 1)
            )
            {
                int k = 1;
                while (k < sought.Length && bytes[i + k] == sought[k])
                {
                    k++;
                }

                if (k == sought.Length)
                {
                    return true;
                }
            }

            return false;
        }

        private struct Section
        {
            public int Offset;
            public int Size;
        }

        private struct Need
        {
            public int Index;
            public int FlagsOffset;
        }
    }
}
